//! A command of a host that has next to nothing.

use hookspec::specs::{CommandNode, CommandNodeSource, CommandRun, CommandRunSource, Project};

/// The command `info`, outside of a project.
#[must_use]
pub fn command_run() -> CommandRun {
    CommandRun::new(Info)
}

struct Info;

impl CommandRunSource for Info {
    fn args(&self) -> Vec<&str> {
        vec!["info"]
    }

    fn project(&self) -> Option<Project> {
        None
    }

    fn vocabulary(&self) -> CommandNode {
        CommandNode::new(Self)
    }

    fn exit_code(&self) -> Option<i32> {
        None
    }
}

impl CommandNodeSource for Info {
    fn name(&self) -> &str {
        "info"
    }

    fn options(&self) -> Vec<&str> {
        Vec::new()
    }

    fn commands(&self) -> Vec<CommandNode> {
        Vec::new()
    }
}

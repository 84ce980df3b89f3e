//! What plugins are shown of a command.

use std::sync::{Arc, OnceLock};

use hookspec::specs::{CommandNode, CommandNodeSource, CommandRun, CommandRunSource, Project, ProjectSource};
use pyo3::prelude::*;

use crate::asked::Asked;

/// A project: its folder, and the name of its package.
#[derive(Clone, FromPyObject)]
pub struct Found(String, String);

/// A command: its name, the spellings of its options, and those of its subcommands that were typed.
#[derive(Clone, FromPyObject)]
struct Node(String, Vec<String>, Vec<Node>);

/// One command line.
#[derive(Clone)]
pub struct Run(Arc<Facts>);

struct Facts {
    args: Vec<String>,
    project: Option<Found>,
    vocabulary: Asked,
    known: OnceLock<Node>,
    exit_code: Option<i32>,
}

impl Run {
    /// A command line in a project, if any; `vocabulary` tells which of its words are Kedro's.
    pub fn new(args: Vec<String>, project: Option<Found>, vocabulary: Asked, exit_code: Option<i32>) -> Self {
        Self(Arc::new(Facts { args, project, vocabulary, known: OnceLock::new(), exit_code }))
    }

    /// What plugins are shown.
    pub fn view(&self) -> CommandRun {
        CommandRun::new(self.clone())
    }
}

impl CommandRunSource for Run {
    fn args(&self) -> Vec<&str> {
        self.0.args.iter().map(String::as_str).collect()
    }

    fn project(&self) -> Option<Project> {
        self.0.project.clone().map(Project::new)
    }

    fn vocabulary(&self) -> CommandNode {
        // Where nothing is known, nothing is taken for a word of Kedro's.
        let nothing = || Node("kedro".to_owned(), Vec::new(), Vec::new());
        let ask = || self.0.vocabulary.ask((self.0.args.clone(),)).unwrap_or_else(nothing);
        CommandNode::new(self.0.known.get_or_init(ask).clone())
    }

    fn exit_code(&self) -> Option<i32> {
        self.0.exit_code
    }
}

impl ProjectSource for Found {
    fn path(&self) -> &str {
        &self.0
    }

    fn package_name(&self) -> &str {
        &self.1
    }
}

impl CommandNodeSource for Node {
    fn name(&self) -> &str {
        &self.0
    }

    fn options(&self) -> Vec<&str> {
        self.1.iter().map(String::as_str).collect()
    }

    fn commands(&self) -> Vec<CommandNode> {
        self.2.iter().cloned().map(CommandNode::new).collect()
    }
}

//! The hooks of a command in a project, with the real telemetry plugin.

use std::{fs, io, path::Path};

use hookspec::specs::{
    AfterCommandRun, BeforeCommandRun, CommandNode, CommandNodeSource, CommandRun, CommandRunSource, Project,
    ProjectSource,
};
use hookspec_host::{ErrorPolicy, PluginFile, PluginManager, Trust};

use crate::{counted, done::Done, services::Services};

/// Commands of a user who is told of telemetry: each leaves an event in `state`.
pub fn recorded(library: &Path, project: &Path, state: &Path, times: usize) -> Done {
    let left = commands(library, project, state, times)?;
    if left == times { Ok(()) } else { Err(format!("of {times} commands {left} have been recorded").into()) }
}

/// Commands of a user who has refused: none leaves anything.
pub fn refused(library: &Path, project: &Path, state: &Path, times: usize) -> Done {
    let left = commands(library, project, state, times)?;
    if left == 0 { Ok(()) } else { Err(format!("{left} commands have been recorded in spite of a refusal").into()) }
}

/// How many of the commands have left an event.
fn commands(library: &Path, project: &Path, state: &Path, times: usize) -> Result<usize, Box<dyn std::error::Error>> {
    let manager = PluginManager::new(Services("host-demo"), ErrorPolicy::Propagate);
    let before = manager.declare(BeforeCommandRun)?;
    let after = manager.declare(AfterCommandRun)?;
    manager.load(&PluginFile::inspect(library, Trust::Everyone))?;
    let project = project.to_str().ok_or("the project's path is no text")?;
    let run = CommandRun::new(Info(project.to_owned()));
    // The first makes what is made once: folders, and an identity.
    before.call(&run)?;
    after.call(&run)?;
    take_out(state, false)?;
    let mut left = 0;
    for _ in 0..times {
        let mut failed = None;
        counted::part(1, |_| {
            failed = before.call(&run).err().or_else(|| after.call(&run).err());
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        // Now and then the plugin looks through the queue, which is to find the same each time.
        left += usize::from(take_out(state, false)? > 0);
    }
    Ok(left)
}

/// Deletes all files in queues below a folder; how many.
fn take_out(folder: &Path, is_queue: bool) -> io::Result<usize> {
    let mut taken = 0;
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            taken += take_out(&path, is_queue || path.ends_with("queue"))?;
        } else if is_queue {
            fs::remove_file(path)?;
            taken += 1;
        }
    }
    Ok(taken)
}

/// The command `info` in this project.
struct Info(String);

impl CommandRunSource for Info {
    fn args(&self) -> Vec<&str> {
        vec!["info"]
    }

    fn project(&self) -> Option<Project> {
        Some(Project::new(Bakery(self.0.clone())))
    }

    fn vocabulary(&self) -> CommandNode {
        CommandNode::new(Words)
    }

    fn exit_code(&self) -> Option<i32> {
        None
    }
}

struct Bakery(String);

impl ProjectSource for Bakery {
    fn path(&self) -> &str {
        &self.0
    }

    fn package_name(&self) -> &str {
        "bakery"
    }
}

struct Words;

impl CommandNodeSource for Words {
    fn name(&self) -> &str {
        "host-demo"
    }

    fn options(&self) -> Vec<&str> {
        Vec::new()
    }

    fn commands(&self) -> Vec<CommandNode> {
        Vec::new()
    }
}

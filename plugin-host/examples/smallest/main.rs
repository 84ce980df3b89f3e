//! The smallest host: greets with what the plugins in a folder say.

mod greeting;

use hookspec_host::{ErrorPolicy, PluginManager, Program, Trust, discover};

fn main() -> hookspec::Result<()> {
    let manager = PluginManager::new(Program::new("smallest", "0.1.0"), ErrorPolicy::Isolate);
    let greet = manager.declare(greeting::Greet)?;
    for file in discover(std::env::args_os().skip(1).map(|dir| (dir, Trust::Owner))) {
        let _ = manager.load(&file).inspect_err(|error| eprintln!("warning: {error}"));
    }
    let _ = manager.check_pending().inspect_err(|error| eprintln!("warning: {error}"));
    greet.call(&greeting::guest("Ada"))?.iter().for_each(|greeting| println!("{greeting}"));
    Ok(())
}

//! A program in which another is embedded, as Python is with an extension module: says on standard
//! output what that makes of its user's plugins.
//!
//! `embedding INSTALLATION` loads them; `embedding INSTALLATION EXECUTABLE PLUGIN ARGS…` starts the
//! executable for one of them instead.

use std::{env, error::Error, path::Path};

use hookspec_host::{EmbeddedPlugins, ErrorPolicy, PluginManager, Program};

const PROGRAM: Program = Program::new("host-demo", "1.0.0");

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let installation = words.first().ok_or("no installation is named")?;
    let plugins = match EmbeddedPlugins::read(PROGRAM, Path::new(installation)) {
        Ok(plugins) => plugins,
        Err(error) => {
            println!("error {error}");
            return Ok(());
        }
    };
    match &words[1..] {
        [executable, plugin, args @ ..] => plugins.relaunch(Path::new(executable), plugin, args)?,
        _ => show(&plugins),
    }
    Ok(())
}

fn show(plugins: &EmbeddedPlugins) {
    let manager = PluginManager::new(PROGRAM, ErrorPolicy::Isolate);
    plugins.load_into(&manager, &mut |warning| println!("warning {warning}"));
    for plugin in manager.plugins() {
        let path = plugin.path.unwrap_or_default();
        println!("plugin {} {}", plugin.name, path.display());
    }
    if let Some(endpoint) = plugins.setting("kedro-telemetry", "endpoint") {
        println!("endpoint {endpoint}");
    }
}

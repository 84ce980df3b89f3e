//! A plugin for Kedro that does nothing: what any plugin costs, for Kedro looks at whatever is
//! installed.

use std::{fs, io, path::PathBuf};

use crate::target::target;

const METADATA: &str = "Metadata-Version: 2.4\nName: kedro-empty\nVersion: 1.0.0\n";
const ENTRY_POINTS: &str = "\
[kedro.cli_hooks]
kedro-empty = kedro_empty.plugin:hooks

[kedro.global_commands]
kedro-empty = kedro_empty.cli:commands

[kedro.hooks]
kedro-empty = kedro_empty.plugin:hooks
";
const PLUGIN: &str = r#"from pluggy import HookimplMarker

_cli_hook = HookimplMarker("kedro_cli")
_hook = HookimplMarker("kedro")


class Hooks:
    @_cli_hook
    def before_command_run(self, project_metadata, command_args):
        pass

    @_cli_hook
    def after_command_run(self, project_metadata, command_args, exit_code):
        pass

    @_hook
    def after_context_created(self, context):
        pass

    @_hook
    def after_catalog_created(self, catalog):
        pass


hooks = Hooks()
"#;

/// The folder that it is in, for `PYTHONPATH`.
pub fn write() -> io::Result<PathBuf> {
    let folder = target().join("bench/kedro-empty");
    let files = [
        ("kedro_empty-1.0.0.dist-info/METADATA", METADATA),
        ("kedro_empty-1.0.0.dist-info/entry_points.txt", ENTRY_POINTS),
        ("kedro_empty/__init__.py", ""),
        ("kedro_empty/plugin.py", PLUGIN),
        ("kedro_empty/cli.py", "commands = None\n"),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(path, text)?;
    }
    Ok(folder)
}

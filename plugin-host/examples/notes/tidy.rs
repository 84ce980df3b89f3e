//! A plugin of notes: keeps them tidy, keeps empty ones out, writes pages, and adds a command.

use notes_hooks::{
    AfterSave, BeforeSave, Export, Format, Note, Tidy,
    hookspec::{
        self, Bytes, Failed, Hooks, Host, Plugin, Result,
        command::{CommandCall, PluginCommand, PluginCommandSource, PluginCommands},
    },
};

struct TidyNotes {
    host: Host,
}

impl Plugin for TidyNotes {
    fn new(host: Host) -> Result<Self> {
        Ok(Self { host })
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(Tidy, |_, (text,)| Ok(text.split_whitespace().collect::<Vec<_>>().join(" ")));
        hooks.on(BeforeSave, |_, (note,)| match note.text.as_str() {
            "" => Err(Failed::new("a note needs a word")),
            _ => Ok(()),
        });
        hooks.on(AfterSave, Self::cheer);
        hooks.on_async(Export, |_, (notes, format)| async move {
            Ok((format == Format::Html).then(|| Bytes::from(page(&notes).into_bytes())))
        });
        hooks.on(PluginCommands, |_, _| Ok(vec![PluginCommand::new(Count)]));
    }
}

impl TidyNotes {
    fn cheer(&self, (_, count): &(Note, u64)) -> Result<()> {
        if count % 100 == 0 {
            self.host.notify(&format!("{count} notes!"));
        }
        Ok(())
    }
}

fn page(notes: &[Note]) -> String {
    let items = notes.iter().map(|note| {
        let text = note.text.replace('&', "&amp;").replace('<', "&lt;");
        format!("<li class=\"{}\">{text}</li>\n", note.tags.join(" "))
    });
    format!("<!doctype html>\n<ul>\n{}</ul>\n", items.collect::<String>())
}

/// `notes count`.
struct Count;

impl PluginCommandSource for Count {
    fn name(&self) -> &str {
        "count"
    }

    fn about(&self) -> &str {
        "Count the notes"
    }

    fn run(&self, call: CommandCall) -> Result<i32> {
        let notes = std::fs::read_to_string("notes.txt").unwrap_or_default();
        call.print(&format!("{} notes\n", notes.lines().count()))?;
        Ok(0)
    }
}

hookspec::export_plugin!(TidyNotes, name = "tidy");

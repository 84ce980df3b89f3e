//! The notes, and what plugins have to say about them.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use hookspec_host::{CommandError, HookCaller, PluginManager, RegisterError};
use notes_hooks::{AfterSave, BeforeSave, Export, Format, Note, Tidy};

/// Where notes are kept, in the current folder.
const FILE: &str = "notes.txt";

pub(crate) struct Notebook {
    tidy: HookCaller<Tidy>,
    before_save: HookCaller<BeforeSave>,
    after_save: HookCaller<AfterSave>,
    export: HookCaller<Export>,
}

impl Notebook {
    pub(crate) fn declare(manager: &PluginManager) -> Result<Self, RegisterError> {
        Ok(Self {
            tidy: manager.declare(Tidy)?,
            before_save: manager.declare(BeforeSave)?,
            after_save: manager.declare(AfterSave)?,
            export: manager.declare(Export)?,
        })
    }

    /// Keeps a note, unless a plugin is against it.
    pub(crate) fn add(&self, text: String) -> Result<Note, CommandError> {
        let note = read(&self.tidy.call(&(text,))?);
        self.before_save.call(&(note.clone(),))?;
        writeln!(File::options().create(true).append(true).open(FILE)?, "{}", note.text)?;
        self.after_save.call(&(note.clone(), notes()?.len() as u64))?;
        Ok(note)
    }

    /// Writes all notes to `file`, as the first plugin does that can.
    pub(crate) fn export(&self, file: &Path) -> Result<(), CommandError> {
        let is_page = file.extension().is_some_and(|extension| extension == "html");
        let format = if is_page { Format::Html } else { Format::Text };
        let exported = pollster::block_on(self.export.call_async(&(notes()?, format)))?;
        let exported = exported.ok_or("no plugin exports notes in this format")?;
        Ok(fs::write(file, exported)?)
    }
}

fn notes() -> io::Result<Vec<Note>> {
    Ok(fs::read_to_string(FILE)?.lines().map(read).collect())
}

fn read(line: &str) -> Note {
    let tags = line.split_whitespace().filter_map(|word| word.strip_prefix('#')).map(str::to_owned);
    Note { text: line.to_owned(), tags: tags.collect() }
}

//! Finds plugin libraries in directories, without loading any.

#[cfg(feature = "cli")]
use std::time::{Duration, Instant};
use std::{
    collections::HashMap,
    env::consts::DLL_EXTENSION,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use hookspec::Manifest;

use crate::{
    error::{LoadError, LoadProblem},
    inspect::{self, Description, OpenLibrary},
    stamp::Stamp,
    trust::{Judge, Trust},
};

/// A directory to look for plugins in, and whose are loaded from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginDirectory {
    /// Where it is.
    pub path: PathBuf,
    /// Whose files are loaded from it.
    pub trust: Trust,
}

impl<P: Into<PathBuf>> From<(P, Trust)> for PluginDirectory {
    fn from((path, trust): (P, Trust)) -> Self {
        Self { path: path.into(), trust }
    }
}

/// A library file in a plugin directory.
#[derive(Clone, Debug)]
pub struct PluginFile {
    path: PathBuf,
    found: Result<Arc<Description>, LoadError>,
    shadowed_by: Option<PathBuf>,
    trust: Trust,
    /// Whether it was known what a look at it would find.
    #[cfg(feature = "cli")]
    is_remembered: bool,
    #[cfg(feature = "cli")]
    looked_for: Duration,
}

impl PluginFile {
    /// The library at `path` alone, without a look at others in its directory.
    #[must_use]
    pub fn inspect(path: &Path, trust: Trust) -> Self {
        Self::judged(path, &Judge::new(trust))
    }

    fn judged(path: &Path, judge: &Judge) -> Self {
        #[cfg(feature = "cli")]
        let start = Instant::now();
        Self {
            path: path.to_owned(),
            found: look(path, judge).map(|library| Arc::new(library.description)),
            shadowed_by: None,
            trust: judge.trust(),
            #[cfg(feature = "cli")]
            is_remembered: false,
            #[cfg(feature = "cli")]
            looked_for: start.elapsed(),
        }
    }

    /// One of which it is known what a look at it would find.
    #[cfg(feature = "cli")]
    fn remembered(path: &Path, trust: Trust, known: Description) -> Self {
        let (is_remembered, looked_for) = (true, Duration::ZERO);
        Self { path: path.to_owned(), found: Ok(Arc::new(known)), shadowed_by: None, trust, is_remembered, looked_for }
    }

    fn failed(path: &Path, trust: Trust, problem: LoadProblem) -> Self {
        Self {
            path: path.to_owned(),
            found: Err(LoadError::new(path, problem)),
            shadowed_by: None,
            trust,
            #[cfg(feature = "cli")]
            is_remembered: false,
            #[cfg(feature = "cli")]
            looked_for: Duration::ZERO,
        }
    }

    /// The library, or the directory when that could not be read.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn manifest(&self) -> Result<&Manifest, &LoadError> {
        self.found.as_ref().map(|found| &found.manifest)
    }

    /// The library of the same name that comes first, and is used instead.
    #[must_use]
    pub fn shadowed_by(&self) -> Option<&Path> {
        self.shadowed_by.as_deref()
    }

    /// The state that the file was found in; `None` where it cannot be used.
    #[cfg(feature = "cli")]
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        self.found.as_ref().ok().map(|found| found.stamp)
    }

    /// What it says of itself, where all that was found follows from the file alone.
    #[cfg(feature = "cli")]
    pub(crate) fn found_in_file(&self) -> Option<&Manifest> {
        self.found.as_ref().ok().filter(|found| found.is_of_file_alone).map(|found| &found.manifest)
    }

    /// Whether it was known what a look at it would find, since it is as it was installed.
    #[cfg(feature = "cli")]
    pub(crate) fn is_remembered(&self) -> bool {
        self.is_remembered
    }

    /// How long it took to find out what it is.
    #[cfg(feature = "cli")]
    pub(crate) fn looked_for(&self) -> Duration {
        self.looked_for
    }

    /// Opens the library, and looks at it again if it is not as it was found.
    pub(crate) fn open(&self) -> Result<OpenLibrary<'_>, LoadError> {
        // What was refused stays so until it is found anew.
        let found = self.found.as_ref().map_err(Clone::clone)?;
        match inspect::open(&self.path) {
            Ok((file, metadata)) if Stamp::of(&metadata) == found.stamp => {
                Ok(OpenLibrary { path: &self.path, file, description: Description::clone(found) })
            }
            _ => look(&self.path, &Judge::new(self.trust)),
        }
    }

    /// Opens the library, which is to be as it was found: what was decided then still holds.
    pub(crate) fn open_unchanged(&self) -> Result<OpenLibrary<'_>, LoadError> {
        let found = self.found.as_ref().map_err(Clone::clone)?;
        let fail = |problem| LoadError::new(&self.path, problem);
        let (file, metadata) = inspect::open(&self.path).map_err(fail)?;
        if Stamp::of(&metadata) != found.stamp {
            return Err(fail(LoadProblem::Changed));
        }
        Ok(OpenLibrary { path: &self.path, file, description: Description::clone(found) })
    }
}

/// Looks at a library that nobody else could have put at `path`. It is the opened file whose owner
/// counts: where others can change its directory, another may be there the next moment.
fn look<'a>(path: &'a Path, judge: &Judge) -> Result<OpenLibrary<'a>, LoadError> {
    let library = judge.check_place(path).and_then(|()| {
        let (file, metadata) = inspect::open(path)?;
        judge.check_opened(path, &metadata)?;
        inspect::read(path, file, &metadata, judge)
    });
    library.map_err(|problem| LoadError::new(path, problem))
}

/// Finds the plugin libraries in `dirs`, by directory and then by file name.
///
/// ```no_run
/// use hookspec_host::{Trust, discover};
///
/// let found = discover([("/usr/lib/bakery/plugins", Trust::Owner)]);
/// ```
///
/// Looks at files whose name ends as a shared library's does on this platform and does not start
/// with a dot, in whatever case. A directory that does not exist holds none. When two libraries
/// hold plugins of one name, the first is used and the others are marked, whatever directories they
/// are in. A library that is found by several paths is given by the first.
#[must_use]
pub fn discover<D: Into<PluginDirectory>>(dirs: impl IntoIterator<Item = D>) -> Vec<PluginFile> {
    discover_by(dirs, &mut PluginFile::judged)
}

/// The same, without a look at those of which it is `known` what that would find.
#[cfg(feature = "cli")]
pub(crate) fn discover_unknown(
    dirs: impl IntoIterator<Item = PluginDirectory>,
    known: &mut dyn FnMut(&Path, &Judge) -> Option<Description>,
) -> Vec<PluginFile> {
    discover_by(dirs, &mut |path, judge| match known(path, judge) {
        Some(known) => PluginFile::remembered(path, judge.trust(), known),
        None => PluginFile::judged(path, judge),
    })
}

type Find<'a> = &'a mut dyn FnMut(&Path, &Judge) -> PluginFile;

fn discover_by<D: Into<PluginDirectory>>(dirs: impl IntoIterator<Item = D>, find: Find<'_>) -> Vec<PluginFile> {
    let mut judges: HashMap<Trust, Judge> = HashMap::new();
    let mut found = Vec::new();
    for PluginDirectory { path, trust } in dirs.into_iter().map(Into::into) {
        found.extend(in_directory(&path, judges.entry(trust).or_insert_with(|| Judge::new(trust)), find));
    }
    mark_shadowed(&mut found);
    found
}

/// Marks those whose plugin has the name of one before, and leaves out those found before.
fn mark_shadowed(found: &mut Vec<PluginFile>) {
    let mut first: HashMap<String, PathBuf> = HashMap::new();
    found.retain_mut(|library| {
        let Ok(found) = &library.found else {
            return true;
        };
        let Some(path) = first.get(&found.manifest.name) else {
            first.insert(found.manifest.name.clone(), library.path.clone());
            return true;
        };
        library.shadowed_by = Some(path.clone());
        !is_same_file(path, &library.path)
    });
}

/// Whether two paths lead to one file, as two spellings of a directory do where case is ignored.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn in_directory(dir: &Path, judge: &Judge, find: Find<'_>) -> Vec<PluginFile> {
    let trust = judge.trust();
    match libraries(dir, judge) {
        Ok((paths, failed)) => {
            let found = paths.iter().filter_map(|path| still_there(find(path, judge)));
            found.chain(failed.map(|error| PluginFile::failed(dir, trust, LoadProblem::unreadable(error)))).collect()
        }
        Err(LoadProblem::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(problem) => vec![PluginFile::failed(dir, trust, problem)],
    }
}

/// The libraries in `dir`, and what kept the rest from being listed.
fn libraries(dir: &Path, judge: &Judge) -> Result<(Vec<PathBuf>, Option<io::Error>), LoadProblem> {
    // Where there is nothing, whoever could put something there does no harm.
    std::fs::metadata(dir).map_err(LoadProblem::unreadable)?;
    judge.check_directory(dir)?;
    let mut paths = Vec::new();
    let mut failed = None;
    for entry in std::fs::read_dir(dir).map_err(LoadProblem::unreadable)? {
        match entry {
            Ok(entry) if is_library_name(&entry.path()) => paths.push(entry.path()),
            Ok(_) => {}
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    // As bytes: all are in one directory, which need not be compared name by name.
    paths.sort_by(|one, other| one.as_os_str().cmp(other.as_os_str()));
    Ok((paths, failed))
}

/// Leaves out a file that was taken away after its directory was listed; a symlink to nowhere is
/// still there.
fn still_there(found: PluginFile) -> Option<PluginFile> {
    let is_gone = |error: io::Error| error.kind() == io::ErrorKind::NotFound;
    let missing = match &found.found {
        Err(LoadError { problem: LoadProblem::Unreadable(error), .. }) => error.kind() == io::ErrorKind::NotFound,
        _ => false,
    };
    if missing && found.path.symlink_metadata().is_err_and(is_gone) { None } else { Some(found) }
}

fn is_library_name(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    // Windows writes `.DLL` as gladly.
    !hidden && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(DLL_EXTENSION))
}

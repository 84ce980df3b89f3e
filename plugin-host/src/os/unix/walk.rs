//! A path walked as the system walks it.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::HashMap,
    ffi::OsString,
    fs::{self, Metadata},
    io::{self, ErrorKind},
    os::unix::fs::MetadataExt,
    path::{Component, Path, PathBuf},
};

use rustix::io::Errno;

use crate::{
    error::{LoadProblem, UntrustedFile},
    trust::holders::Holders,
};

/// Most links on one path; the limit of Linux.
const MAX_LINKS: usize = 40;

/// The group may write.
const GROUP: u32 = 0o020;
/// All may write.
pub(super) const OTHERS: u32 = 0o002;
/// Of what is in a directory, only the owner may remove or rename anything.
const STICKY: u32 = 0o1000;

/// Why a path is not walked to its end.
pub(super) enum Refusal {
    Untrusted(UntrustedFile),
    Io(io::Error),
}

impl From<UntrustedFile> for Refusal {
    fn from(file: UntrustedFile) -> Self {
        Self::Untrusted(file)
    }
}

impl From<Refusal> for LoadProblem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Untrusted(file) => Self::Untrusted(file),
            Refusal::Io(error) => Self::unreadable(error),
        }
    }
}

/// Who may do what with a file or directory.
#[derive(Clone, Copy)]
pub(super) struct Access {
    owner: u32,
    group: u32,
    mode: u32,
    /// Whether others could have given it this name: it is no directory and has another name.
    is_linked: bool,
    is_symlink: bool,
}

impl Access {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            owner: metadata.uid(),
            group: metadata.gid(),
            mode: metadata.mode() & 0o7777,
            is_linked: !metadata.is_dir() && metadata.nlink() > 1,
            is_symlink: metadata.is_symlink(),
        }
    }

    /// Refuses what others than these can write to.
    pub(super) fn check(self, path: &Path, holders: Holders) -> Result<(), UntrustedFile> {
        self.check_owner(path, holders)?;
        if self.is_shared(holders) {
            return Err(UntrustedFile::Writable { path: path.to_owned(), mode: self.mode });
        }
        Ok(())
    }

    /// Refuses this directory, at `path`, when others than these can decide what is found in it under
    /// the name of `entry`, which is at `target` if there is any.
    fn check_entry(
        self,
        path: &Path,
        entry: Option<Access>,
        target: &Path,
        holders: Holders,
    ) -> Result<(), UntrustedFile> {
        self.check_owner(path, holders)?;
        if !self.is_shared(holders) {
            return Ok(());
        }
        if self.mode & STICKY == 0 {
            return Err(UntrustedFile::Writable { path: path.to_owned(), mode: self.mode });
        }
        match entry {
            Some(entry) if !entry.is_linked => entry.check_owner(target, holders),
            _ => Err(UntrustedFile::Shared { path: target.to_owned(), mode: self.mode }),
        }
    }

    fn is_shared(self, holders: Holders) -> bool {
        self.mode & OTHERS != 0 || self.mode & GROUP != 0 && holders.group != Some(self.group)
    }

    fn check_owner(self, path: &Path, holders: Holders) -> Result<(), UntrustedFile> {
        let is_own = self.owner == 0 || self.owner == rustix::process::geteuid().as_raw();
        if is_own || holders.owner == Some(self.owner) {
            return Ok(());
        }
        Err(UntrustedFile::Foreign { path: path.to_owned(), owner: self.owner })
    }
}

/// What has been walked.
#[derive(Default)]
pub(crate) struct Walked {
    /// The directories that were walked through.
    directories: RefCell<HashMap<PathBuf, Access>>,
    /// The directory that was last walked to, by whatever path, and how: most files to be judged are
    /// in the same.
    last: RefCell<Option<(PathBuf, Holders, Way)>>,
}

/// A path as far as it has been walked.
#[derive(Clone)]
struct Way {
    place: PathBuf,
    /// The directories down to `place`, and that.
    above: Vec<Access>,
    links: usize,
}

impl Walked {
    /// Refuses a directory that others than these can write to, or whose place they can take.
    pub(crate) fn check_directory(&self, path: &Path, holders: Holders) -> Result<(), LoadProblem> {
        let (place, access) = self.walk(path, holders)?;
        Ok(access.check(&place, holders)?)
    }

    /// Refuses a file at whose path others than these can put another one.
    pub(crate) fn check_place(&self, path: &Path, holders: Holders) -> Result<(), LoadProblem> {
        self.walk(path, holders)?;
        Ok(())
    }

    /// The same, where this is what its directory has under that name.
    #[cfg(feature = "cli")]
    pub(crate) fn check_entry(&self, path: &Path, entry: &Metadata, holders: Holders) -> Result<(), LoadProblem> {
        let path = absolute(path).map_err(LoadProblem::unreadable)?;
        let way = path.parent().map(|directory| self.way_to(directory, holders)).transpose()?;
        match way.as_ref().and_then(|way| Some((&way.place, way.above.last()?))) {
            Some((place, directory)) => Ok(directory.check_entry(place, Some(Access::of(entry)), &path, holders)?),
            None => self.check_place(&path, holders),
        }
    }

    /// Refuses a file that is open and that others than these can write to.
    pub(crate) fn check_opened(path: &Path, opened: &Metadata, holders: Holders) -> Result<(), LoadProblem> {
        Ok(Access::of(opened).check(path, holders)?)
    }

    /// Refuses what others than these can write to, replace, or make where there is none. Whether
    /// it is there.
    pub(crate) fn check_reachable(&self, path: &Path, holders: Holders) -> Result<bool, LoadProblem> {
        use ErrorKind::{NotADirectory, NotFound, PermissionDenied};
        match self.walk(path, holders) {
            Ok((place, access)) => access.check(&place, holders).map(|()| true).map_err(Into::into),
            // What this user cannot reach, the system will not find for it.
            Err(Refusal::Io(error)) if matches!(error.kind(), NotFound | NotADirectory | PermissionDenied) => Ok(false),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Where `path` leads, with every link followed, once nobody but root, the user and these can
    /// change that.
    pub(super) fn walk(&self, path: &Path, holders: Holders) -> Result<(PathBuf, Access), Refusal> {
        let path = absolute(path).map_err(Refusal::Io)?;
        let way = match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => self.go(self.way_to(parent, holders)?, vec![name.to_owned()], holders)?,
            _ => self.way_to(&path, holders)?,
        };
        let Way { place, mut above, .. } = way;
        let end = above.pop().ok_or_else(|| Refusal::Io(ErrorKind::NotFound.into()))?;
        Ok((place, end))
    }

    fn way_to(&self, directory: &Path, holders: Holders) -> Result<Way, Refusal> {
        // As bytes: to compare paths name by name takes longer than all else that is asked here.
        let is_last =
            |(last, of, _): &&(PathBuf, Holders, Way)| last.as_os_str() == directory.as_os_str() && *of == holders;
        if let Some((.., way)) = self.last.borrow().as_ref().filter(is_last) {
            return Ok(way.clone());
        }
        let place = PathBuf::from("/");
        let above = vec![self.look(&place)?];
        let way = self.go(Way { place, above, links: 0 }, names(directory), holders)?;
        self.last.replace(Some((directory.to_owned(), holders, way.clone())));
        Ok(way)
    }

    /// Goes further, by names of which the first is the last.
    fn go(&self, way: Way, mut ahead: Vec<OsString>, holders: Holders) -> Result<Way, Refusal> {
        let Way { mut place, mut above, mut links } = way;
        while let Some(name) = ahead.pop() {
            if name == ".." {
                if place.pop() {
                    above.truncate(above.len() - 1);
                }
                continue;
            }
            let Some(directory) = above.last().copied() else { break };
            let next = place.join(&name);
            let entry = self.look(&next);
            directory.check_entry(&place, entry.as_ref().ok().copied(), &next, holders)?;
            let entry = entry?;
            if !entry.is_symlink {
                place = next;
                above.push(entry);
                continue;
            }
            links += 1;
            if links > MAX_LINKS {
                return Err(Refusal::Io(Errno::LOOP.into()));
            }
            let target = fs::read_link(&next).map_err(Refusal::Io)?;
            if target.is_absolute() {
                place = PathBuf::from("/");
                above.truncate(1);
            }
            ahead.extend(names(&target));
        }
        Ok(Way { place, above, links })
    }

    fn look(&self, path: &Path) -> Result<Access, Refusal> {
        if let Some(known) = self.directories.borrow().get(path) {
            return Ok(*known);
        }
        let metadata = fs::symlink_metadata(path).map_err(Refusal::Io)?;
        let access = Access::of(&metadata);
        if metadata.is_dir() {
            self.directories.borrow_mut().insert(path.to_owned(), access);
        }
        Ok(access)
    }
}

fn absolute(path: &Path) -> io::Result<Cow<'_, Path>> {
    if path.is_absolute() { Ok(path.into()) } else { std::path::absolute(path).map(Cow::Owned) }
}

/// The names on a path, the first one last.
fn names(path: &Path) -> Vec<OsString> {
    let names = path.components().rev().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        _ => None,
    });
    names.collect()
}

//! Whether the folders in use are this user's: what others can change decides nothing for a user,
//! and nothing is made in the home of somebody else.

use std::path::{Path, PathBuf};

use crate::os::Access;

/// Why a folder cannot be relied on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnershipError {
    /// As under `sudo -E`: what would be made there would keep its owner out.
    #[error("{} belongs to another user", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// Others can put what they like there.
    #[error("{} can be changed by other users; correct that with `chmod go-w`", path.display())]
    Writable {
        /// The folder.
        path: PathBuf,
    },
}

impl OwnershipError {
    /// What is wrong, without the path that may name a user.
    #[must_use]
    pub fn without_path(&self) -> &'static str {
        match self {
            Self::Foreign { .. } => "telemetry's folder belongs to another user",
            Self::Writable { .. } => "telemetry's folder can be changed by other users",
        }
    }
}

/// Whether `folder`, and whatever it is in, is this user's or the system's, and no other user can
/// change it. Of a folder that is not there yet, the one that it would be made in counts.
pub fn check(folder: &Path) -> Result<(), OwnershipError> {
    for path in folder.ancestors() {
        let Some(access) = Access::to(path) else { continue };
        // Only root, to whom nothing is closed, can make anything where it is not at home.
        if !access.is_own() && (!access.is_of_system() || path == folder) {
            return Err(OwnershipError::Foreign { path: path.into() });
        }
        if access.is_open_to_all() || path == folder && access.is_open_to_group() {
            return Err(OwnershipError::Writable { path: path.into() });
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{MetadataExt, PermissionsExt, chown},
    };

    use super::*;

    #[test]
    fn what_others_own_or_can_change_is_not_relied_on() {
        let root = tempfile::tempdir().unwrap();
        let (base, folder) = (root.path().join("base"), root.path().join("base/notes-telemetry"));
        let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        assert_eq!(check(&folder), Ok(()));
        fs::create_dir_all(&folder).unwrap();
        for (mode, of_base, is_own) in [
            (0o700, 0o755, true),
            (0o755, 0o775, true),
            (0o700, 0o1777, true),
            (0o770, 0o755, false),
            (0o702, 0o755, false),
            (0o700, 0o777, false),
        ] {
            set(&folder, mode);
            set(&base, of_base);
            assert_eq!(check(&folder).is_ok(), is_own, "{mode:o} in {of_base:o}");
        }
        set(&base, 0o755);
        set(&folder, 0o700);
        // Only root can give a folder away.
        if fs::metadata(&base).unwrap().uid() == 0 {
            chown(&base, Some(65534), None).unwrap();
            assert_eq!(check(&folder), Err(OwnershipError::Foreign { path: base.clone() }));
            fs::remove_dir(&folder).unwrap();
            assert_eq!(check(&folder), Err(OwnershipError::Foreign { path: base }));
        }
    }
}

//! `plugin package` and `plugin key`: what an author publishes.

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
};

use small_files::{Created, FileError, Visibility};

use super::{
    arguments::{KeyArgs, PackageArgs},
    error::ManageError,
    managed::Managed,
};
use crate::{
    cli::{
        install::InstallError,
        keys::{NewKey, SecretKey},
        locked,
        package::{self, MAX_LIBRARY, PackageError, PackageManifest},
        platform::platform,
    },
    inspect::manifest_of,
    message::{warn, write_line},
    trust::Trust,
};

/// A key is not longer, in bytes.
const MAX_KEY: u64 = 4096;
/// The password of a secret key; behind the program's name.
const PASSWORD_VARIABLE: &str = "PLUGIN_KEY_PASSWORD";

/// Checks a library and writes its package.
pub(super) fn run(managed: &Managed<'_>, args: &PackageArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let library = &args.library;
    let unsound = |problem: String| PackageError::Unsound { path: library.clone(), problem };
    let trial = managed.trial(args.timeout);
    let report = trial.run(library).map_err(|error| InstallError::Unchecked { path: library.clone(), error })?;
    if let Some(problem) = report.problem {
        return Err(unsound(problem).into());
    }
    let manifest = manifest_of(library, Trust::Everyone).map_err(|error| unsound(error.problem.to_string()))?;
    let key = args.key.as_deref().map(|path| secret_key(managed, path)).transpose()?;
    let (digest, state) = locked::digest_of(library).map_err(PackageError::File)?;
    if state.len() > MAX_LIBRARY {
        return Err(unsound(format!("it is larger than {} MiB", MAX_LIBRARY >> 20)).into());
    }
    let public = key.as_ref().map(SecretKey::public);
    let said = PackageManifest::of(&manifest, platform(), (state.len(), digest), public);
    // What would not be read again is not written.
    let said = serde_json::to_string(&said).map_err(|error| error.to_string());
    let said = said.and_then(|said| PackageManifest::parse(&said)).map_err(unsound)?;
    let written = package::write(&args.out, library, &said, key.as_ref())?;
    write_line(out, &format!("Packed {} {} for {}:", said.name, said.version, said.platform))?;
    for file in &written.files {
        write_line(out, &format!("  {}", file.display()))?;
    }
    match public {
        Some(public) => write_line(out, &format!("Signed; whoever installs it trusts {public}"))?,
        None => warn("it is not signed: by name, it is installed with --allow-unsigned alone; `--key` signs it"),
    }
    let package = written.manifest.display();
    Ok(write_line(out, &format!("Next: `{} plugin index add DIR {package}`", managed.program.name()))?)
}

/// Makes a pair of keys.
pub(super) fn new_key(managed: &Managed<'_>, args: &KeyArgs, out: &mut impl Write) -> Result<(), ManageError> {
    let public_path = with_ending(&args.file, ".pub");
    let of = |path: &Path| {
        let path = path.to_owned();
        move |error| PackageError::Key { path, error }
    };
    // Both or none: half a pair is of no use, and nothing is written over.
    if let Some(there) = [&args.file, &public_path].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(exists(there).into());
    }
    let made = NewKey::generate(password(managed)).map_err(of(&args.file))?;
    for (path, text, visibility) in
        [(&args.file, &made.secret, Visibility::Owner), (&public_path, &made.public_file, Visibility::Umask)]
    {
        let created = small_files::create_new(path, text.as_bytes(), visibility).map_err(PackageError::File)?;
        if created == Created::AlreadyThere {
            return Err(exists(path).into());
        }
    }
    write_line(out, &format!("The secret key is in {}: keep it to yourself", args.file.display()))?;
    write_line(out, &format!("The public key is in {}:", public_path.display()))?;
    Ok(write_line(out, &format!("  {}", made.public))?)
}

fn exists(path: &Path) -> PackageError {
    PackageError::File(FileError::io("write", path)(std::io::ErrorKind::AlreadyExists.into()))
}

fn secret_key(managed: &Managed<'_>, path: &Path) -> Result<SecretKey, PackageError> {
    let missing = || FileError::io("read", path)(std::io::ErrorKind::NotFound.into());
    let text = small_files::read_text(path, MAX_KEY)?.ok_or_else(missing)?;
    let key = SecretKey::parse(&text, || password(managed));
    key.map_err(|error| PackageError::Key { path: path.to_owned(), error })
}

fn password(managed: &Managed<'_>) -> Option<String> {
    env::var(managed.program.variable(PASSWORD_VARIABLE)).ok().filter(|password| !password.is_empty())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

//! The files that are published: an archive, checksums, and a signature of these.

use std::{
    fs::{self, File},
    io::{self, Cursor, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use minisign::SecretKeyBox;
use sha2::{Digest, Sha256};
use zip::{DateTime, ZipWriter, write::SimpleFileOptions};

use super::platform::{Platform, System};

/// The checksums of all other files, as `sha256sum` writes and reads them.
pub const SUMS: &str = "SHA256SUMS";

/// Packs the folder `staged` into `folder`, under its own name, as it is done on the platform. Gives
/// the archive's file name.
pub fn write(staged: &Path, folder: &Path, platform: &Platform) -> Result<String, String> {
    let name = staged.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (file_name, written) = if platform.system == System::Windows {
        let file_name = format!("{name}.zip");
        let written = write_zip(staged, &name, &folder.join(&file_name));
        (file_name, written)
    } else {
        let file_name = format!("{name}.tar.gz");
        let written = write_tar(staged, &name, &folder.join(&file_name));
        (file_name, written)
    };
    match written {
        Ok(()) => Ok(file_name),
        Err(error) => Err(format!("cannot write {}: {error}", folder.join(file_name).display())),
    }
}

fn write_tar(staged: &Path, name: &str, path: &Path) -> io::Result<()> {
    let mut archive = tar::Builder::new(GzEncoder::new(File::create(path)?, Compression::best()));
    archive.mode(tar::HeaderMode::Deterministic);
    archive.append_dir_all(name, staged)?;
    archive.into_inner()?.finish()?.sync_all()
}

fn write_zip(staged: &Path, name: &str, path: &Path) -> io::Result<()> {
    let mut archive = ZipWriter::new(File::create(path)?);
    add(&mut archive, staged, name)?;
    archive.finish()?.sync_all()
}

/// Adds a folder with all that is in it.
fn add(archive: &mut ZipWriter<File>, folder: &Path, name: &str) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add(archive, &entry.path(), &name)?;
            continue;
        }
        let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
        archive.start_file(name, options)?;
        archive.write_all(&fs::read(entry.path())?)?;
    }
    Ok(())
}

/// Writes the checksums of all that is in `folder`, signed by the secret key in the file `secret`.
/// Gives the public key.
pub fn sign_sums(folder: &Path, secret: &Path) -> Result<String, String> {
    let mut sums = String::new();
    for path in files(folder) {
        let bytes = fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let digest = Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        sums.extend([&*digest, "  ", &*name, "\n"]);
    }
    let text = fs::read_to_string(secret).map_err(|error| format!("cannot read {}: {error}", secret.display()))?;
    let failed = |error: minisign::PError| format!("cannot sign: {error}");
    let secret =
        SecretKeyBox::from_string(&text).and_then(SecretKeyBox::into_unencrypted_secret_key).map_err(failed)?;
    let signature = minisign::sign(None, &secret, Cursor::new(&sums), None, None).map_err(failed)?;
    let path = folder.join(SUMS);
    let written = fs::write(&path, &sums)
        .and_then(|()| fs::write(folder.join(format!("{SUMS}.minisig")), signature.into_string()));
    written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(minisign::PublicKey::from_secret_key(&secret).map_err(failed)?.to_base64())
}

/// The files in a folder, by name.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// The first of them whose name ends so.
pub fn with_ending(folder: &Path, ending: &str) -> Option<PathBuf> {
    files(folder).into_iter().find(|path| path.extension().is_some_and(|found| found == ending))
}

//! What differs between systems. Each file of the folder has the same names for the same things,
//! which are told here once; no other file asks which system it is on.
//!
//! Text of the system's crosses as bytes on Unix, and as text or units of UTF-16 on Windows:
//! * [`owned`] and [`borrowed`] make a value of it, [`read_owned`] and [`read_borrowed`] the text
//!   again;
//! * [`is_borrowed`] tells whether a value that is no Unicode need not be copied for that.
//!
//! `__in_manifest_section!` puts a static where hosts look for a manifest.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use self::unix::{borrowed, is_borrowed, owned, read_borrowed, read_owned};
#[cfg(windows)]
pub(crate) use self::windows::{borrowed, is_borrowed, owned, read_borrowed, read_owned};

/// Not part of the API.
#[doc(hidden)]
#[macro_export]
macro_rules! __in_manifest_section {
    ($manifest:item) => {
        #[used]
        #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__plugin_api"))]
        #[cfg_attr(windows, unsafe(link_section = ".plugapi"))]
        #[cfg_attr(not(any(windows, target_vendor = "apple")), unsafe(link_section = ".plugin_api"))]
        $manifest
    };
}

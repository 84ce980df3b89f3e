//! A library with a sound manifest whose root does not begin as `abi_stable`'s do.

use abi_stable::library::AbiHeader;

/// The beginning of what `abi_stable` exports ([`AbiHeader`], which cannot be written out
/// elsewhere).
#[repr(C)]
struct Header {
    magic: [u8; 32],
    major: u32,
    minor: u32,
}

#[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
static ROOT: Header = Header {
    magic: *b"this is no header of abi_stable!",
    major: AbiHeader::VALUE.abi_major,
    minor: AbiHeader::VALUE.abi_minor,
};

fixture_interfaces::manifest!("damaged-header");

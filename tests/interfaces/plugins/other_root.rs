//! A library with a sound manifest whose root is of another layout than a plugin's.
#![allow(
    non_local_definitions,
    unused_qualifications,
    clippy::expl_impl_clone_on_copy,
    reason = "what the derive writes"
)]

use abi_stable::{
    StableAbi,
    library::{__call_root_module_loader, CheckTypeLayout, LibHeader, RootModule, RootModuleResult},
    package_version_strings,
    prefix_type::PrefixTypeTrait,
    sabi_types::VersionStrings,
};

/// What it exports in place of a plugin's root.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = OtherRootRef)))]
#[sabi(missing_field(panic))]
pub struct OtherRoot {
    /// Of another type than a plugin's.
    #[sabi(last_prefix_field)]
    pub create: extern "C" fn(u32) -> u32,
}

impl RootModule for OtherRootRef {
    abi_stable::declare_root_module_statics! {OtherRootRef}
    const BASE_NAME: &'static str = "plugin";
    const NAME: &'static str = "plugin";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}

extern "C" fn create(number: u32) -> u32 {
    number
}

fn root() -> OtherRootRef {
    OtherRoot { create }.leak_into_prefix()
}

extern "C" fn erased() -> RootModuleResult {
    __call_root_module_loader(root)
}

#[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
// SAFETY: `erased` gives an `OtherRootRef`, which is the type named here.
static ROOT: LibHeader = unsafe { LibHeader::from_constructor::<OtherRootRef>(erased, CheckTypeLayout::Yes) };

fixture_interfaces::manifest!("other-root");

//! A plugin whose root says nothing of its layout, so that nobody can check it.

use abi_stable::{
    library::{__call_root_module_loader, CheckTypeLayout, LibHeader, RootModuleResult},
    std_types::{RErr, RResult, RVec},
};
use hookspec::abi::{Failure, HookImpl, Object, PluginRoot, PluginRootRef};

extern "C" fn create(_: Object) -> RResult<RVec<HookImpl>, Failure> {
    RErr(Failure { message: "the host trusted an unchecked root".into(), ..Failure::default() })
}

fn root() -> PluginRootRef {
    PluginRoot { create }.leak_into_prefix_root()
}

extern "C" fn erased() -> RootModuleResult {
    __call_root_module_loader(root)
}

#[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
// SAFETY: `erased` gives a `PluginRootRef`, which is the type named here.
static ROOT: LibHeader = unsafe { LibHeader::from_constructor::<PluginRootRef>(erased, CheckTypeLayout::No) };

fixture_interfaces::manifest!("unchecked-root");

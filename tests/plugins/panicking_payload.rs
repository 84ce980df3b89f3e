//! A plugin whose panic is no text, and panics again when it is dropped.
#![allow(clippy::panic, reason = "panicking is what it is for")]

use hookspec::{Hooks, Host, Plugin, Result, specs::BeforeCommandRun};

struct PanickingPayload;

struct Payload;

impl Drop for Payload {
    fn drop(&mut self) {
        panic!("the payload fell over too");
    }
}

impl Plugin for PanickingPayload {
    fn new(_: Host) -> Result<Self> {
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforeCommandRun, |_, _| std::panic::panic_any(Payload));
    }
}

hookspec::export_plugin!(PanickingPayload, name = "panicking-payload");

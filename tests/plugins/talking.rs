//! A plugin that says what it does by `log` and `tracing`.

use hookspec::{Hooks, Host, Plugin, Result, specs::BeforeCommandRun};

struct Talking;

impl Plugin for Talking {
    fn new(_: Host) -> Result<Self> {
        log::info!("starting");
        Ok(Self)
    }

    fn register(hooks: &mut Hooks<Self>) {
        hooks.on(BeforeCommandRun, |_, _| {
            log::error!(target: "oven", "too hot: {} degrees", 300);
            log::trace!("step by step");
            tracing::warn!(target: "oven::door", degrees = 300, cake = "Sachertorte", "left open");
            tracing::debug!(degrees = 20);
            tracing::info_span!("baking").in_scope(|| tracing::error!("burnt"));
            Ok(())
        });
    }
}

impl Drop for Talking {
    fn drop(&mut self) {
        log::info!("done");
    }
}

hookspec::export_plugin!(Talking, name = "talking");

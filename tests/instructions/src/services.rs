//! What plugins may ask of this host: next to nothing.

use hookspec_host::HostServices;

/// A host of this name.
pub struct Services(pub &'static str);

impl HostServices for Services {
    fn name(&self) -> &str {
        self.0
    }

    fn version(&self) -> &str {
        "1.0.0"
    }
}

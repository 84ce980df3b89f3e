//! The one hook of the smallest host, which host and plugin both compile.

hookspec::views! {
    /// Who is greeted.
    pub view Guest of GuestSource {
        /// The name.
        fn name(&self) -> &str;
    }
}

hookspec::hookspecs! {
    /// How is a guest greeted?
    pub hook Greet = "greet" fn(Guest) -> String;
}

struct Named(&'static str);

impl GuestSource for Named {
    fn name(&self) -> &str {
        self.0
    }
}

/// The guest of this name.
#[allow(dead_code, reason = "a plugin makes none")]
pub fn guest(name: &'static str) -> Guest {
    Guest::new(Named(name))
}

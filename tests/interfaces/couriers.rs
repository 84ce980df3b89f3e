//! Hooks whose hookimpls answer later, one of them at three ages.

pub mod older {
    //! As it was first published.

    hookspec::hookspecs! {
        /// Who delivers it?
        pub hook Deliver = "deliver" fn(address: String) -> String, async;
    }
}

pub mod today {
    //! With one more argument.

    hookspec::hookspecs! {
        /// Who delivers it?
        pub hook Deliver = "deliver" fn(address: String, hour: u32 = 12) -> String, async;
    }
}

pub mod newer {
    //! With two.

    hookspec::hookspecs! {
        /// Who delivers it?
        pub hook Deliver = "deliver" fn(address: String, hour: u32 = 12, card: Option<String> = None) -> String, async;
    }
}

hookspec::hookspecs! {
    /// A future that does what it is told: `error`, `panic`, `panic at once`, `panic when dropped`,
    /// `never`, `thread`, or a number of polls.
    pub hook Obey = "obey" fn(order: String) -> String, async;
    /// How many futures of [`Obey`] there are.
    pub hook Alive = "alive" fn() -> u32, first_result;
    /// The order, spelt out: called at once, or by a fold.
    pub hook Spell = "spell" fn(order: String, times: u32) -> String, fold;
}

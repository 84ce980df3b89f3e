//! The interface as it was first published.

use hookspec::Error;

hookspec::views! {
    /// The oven, which the host provides.
    pub view Oven of OvenSource {
        /// In degrees Celsius.
        fn temperature(&self) -> u32;
        /// What is in it.
        fn cake(&self) -> Cake;
    }

    /// A cake, which the host provides inside an [`Oven`].
    pub view Cake of CakeSource {
        /// What the sign says.
        fn name(&self) -> &str;
    }

    /// A recipe, which a plugin provides.
    pub view Recipe of RecipeSource {
        /// Its title.
        fn title(&self) -> &str;
        /// How long `cake` bakes, in minutes.
        fn minutes(&self, cake: Cake) -> Result<u32, Error>;
        /// What goes into it, and how much, in grams.
        fn ingredients(&self) -> Vec<(&str, Option<u32>)>;
    }

    /// The host as it was: the first methods of [`hookspec::Host`].
    pub view Host of HostSource {
        /// The program's name.
        fn name(&self) -> &str;
        /// The program's version.
        fn version(&self) -> &str;
    }
}

hookspec::hookspecs! {
    /// The oven is hot: what to bake?
    pub hook OvenReady = "oven_ready" fn(Oven) -> Recipe;
}

//! The interface with what was added since: accessors on every view, an object of the host's that
//! was not there before ([`Timer`]), one of the plugin's ([`Layer`]), a struct and an enum that
//! cross by value ([`Order`], [`Finish`]), and a hook.

use hookspec::Error;

hookspec::views! {
    /// The oven, which the host provides.
    pub view Oven of OvenSource {
        /// In degrees Celsius.
        fn temperature(&self) -> u32;
        /// What is in it.
        fn cake(&self) -> Cake;
        /// The names of its shelves.
        fn shelves(&self) -> Vec<&str> { vec!["the only shelf"] }
        /// Its timer, if it has one.
        fn timer(&self) -> Option<Timer> { None }
        /// What is to be baked.
        fn orders(&self) -> Vec<Order> { Vec::new() }
    }

    /// A timer, which the host provides.
    pub view Timer of TimerSource {
        /// Sets it, and says for how long it then runs, in minutes.
        fn set(&self, minutes: u32) -> Result<u32, Error>;
    }

    /// A cake, which the host provides inside an [`Oven`].
    pub view Cake of CakeSource {
        /// What the sign says.
        fn name(&self) -> &str;
        /// In grams.
        fn weight(&self) -> Option<u32> { None }
    }

    /// A recipe, which a plugin provides.
    pub view Recipe of RecipeSource {
        /// Its title.
        fn title(&self) -> &str;
        /// How long `cake` bakes, in minutes.
        fn minutes(&self, cake: Cake) -> Result<u32, Error>;
        /// What goes into it, and how much, in grams.
        fn ingredients(&self) -> Vec<(&str, Option<u32>)>;
        /// From the bottom up.
        fn layers(&self) -> Vec<Layer> { Vec::new() }
        /// The orders that it is baked for.
        fn confirmed(&self) -> Vec<Order> { Vec::new() }
    }

    /// A layer of a cake, which a plugin provides inside a [`Recipe`].
    pub view Layer of LayerSource {
        /// What it is made of.
        fn filling(&self) -> String;
        /// What is on top of it.
        fn above(&self) -> Option<Layer>;
    }
}

hookspec::types! {
    /// What someone has ordered.
    #[derive(Clone, Debug)]
    pub struct Order {
        /// The cake's name.
        pub cake: String,
        /// What is on top of it.
        pub finish: Finish,
    }

    /// What is on top of a cake.
    #[derive(Clone, Debug)]
    pub enum Finish {
        /// Nothing.
        Plain,
        /// A glaze.
        Glazed {
            /// What it is made of.
            with: String,
        },
        /// What nobody thought of yet.
        else Other,
    }
}

hookspec::hookspecs! {
    /// The oven is hot: what to bake?
    pub hook OvenReady = "oven_ready" fn(Oven) -> Recipe;
    /// The oven is cold: who cleans it?
    pub hook OvenCold = "oven_cold" fn(Oven) -> String, first_result;
}

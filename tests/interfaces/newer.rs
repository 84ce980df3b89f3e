//! The interface as it will be: more accessors, on the views that came last time too, a new object
//! of the host's that plugins are handed as an argument ([`Guest`]), a struct and an enum that have
//! grown ([`Order`], [`Finish`]), a new hook, and a [`Host`] that can do more.

use hookspec::{Error, LogLevel, Opaque, abi::Signature};

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
        /// Keeps a note beside the oven, and says how many there are.
        fn note(&self, text: &str) -> Result<u32, Error> { Err(Error::new("this oven has no notepad")) }
    }

    /// A timer, which the host provides.
    pub view Timer of TimerSource {
        /// Sets it, and says for how long it then runs, in minutes.
        fn set(&self, minutes: u32) -> Result<u32, Error>;
        /// What it sounds like.
        fn sound(&self) -> String { "silence".to_owned() }
    }

    /// A cake, which the host provides inside an [`Oven`].
    pub view Cake of CakeSource {
        /// What the sign says.
        fn name(&self) -> &str;
        /// In grams.
        fn weight(&self) -> Option<u32> { None }
        /// For whom it is.
        fn guests(&self) -> Vec<Guest> { Vec::new() }
    }

    /// Someone who eats, whom the host provides.
    pub view Guest of GuestSource {
        /// How to call them.
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
        /// From the bottom up.
        fn layers(&self) -> Vec<Layer> { Vec::new() }
        /// The orders that it is baked for.
        fn confirmed(&self) -> Vec<Order> { Vec::new() }
        /// What to say when serving.
        fn serve(&self, guest: Guest) -> Result<String, Error> { Err(Error::new("this recipe serves nobody")) }
    }

    /// A layer of a cake, which a plugin provides inside a [`Recipe`].
    pub view Layer of LayerSource {
        /// What it is made of.
        fn filling(&self) -> String;
        /// What is on top of it.
        fn above(&self) -> Option<Layer>;
        /// In millimetres.
        fn thickness(&self) -> f64 { 0.5 }
    }

    /// The host as it will be: [`hookspec::Host`] and what comes after it.
    pub view Host of HostSource {
        /// The program's name.
        fn name(&self) -> &str;
        /// The program's version.
        fn version(&self) -> &str;
        /// The runtime's name.
        fn runtime_name(&self) -> &str;
        /// The runtime's version.
        fn runtime_version(&self) -> &str;
        /// A setting.
        fn setting(&self, key: &str) -> Option<&str>;
        /// Writes to the log.
        fn log(&self, level: LogLevel, message: &str);
        /// Shows a notice.
        fn notify(&self, message: &str);
        /// Starts the host again.
        fn relaunch(&self, args: Vec<&str>) -> Result<(), Error>;
        /// The plugin's name.
        fn plugin(&self) -> &str { "" }
        /// Calls a hook.
        fn call_open(&self, hook: &str, signature: Signature, args: Opaque<'_>) -> Result<Opaque<'_>, Error> { Err(Error::new(hook)) }
        /// Writes to the log for a part of the plugin.
        fn log_of(&self, level: LogLevel, target: &str, message: &str) -> bool { false }
        /// Whether anything is done with what is logged.
        fn logs(&self, level: LogLevel) -> bool { true }
        /// The user's language.
        fn language(&self) -> String { "unknown".to_owned() }
        /// Asks the user.
        fn ask(&self, question: &str) -> Result<bool, Error> { Err(Error::new("this program asks nothing")) }
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
        /// Around it.
        pub ribbon: Option<String> = None,
        /// What it is to look like.
        pub photo: hookspec::Bytes = hookspec::Bytes::default(),
    }

    /// What is on top of a cake.
    #[derive(Clone, Debug)]
    pub enum Finish {
        /// Nothing.
        Plain,
        /// Sugar, in grams.
        Dusted(u8),
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
    /// A cake has been sold.
    pub hook CakeSold = "cake_sold" fn(Cake);
}

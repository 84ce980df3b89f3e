//! Differences that growth does not explain. The plugin is a library built against the older
//! interface; each host has changed one thing.

use hookspec::HookSpec;
use hookspec_host::LoadProblem;

use crate::{library, manager, refusal};

/// An interface like the older one, save what is spelt out.
macro_rules! changed {
    ($module:ident: Oven { $($oven:tt)* } Cake { $($cake:tt)* } Recipe { $($recipe:tt)* } fn($Args:ident) -> $Output:ty $(, $option:ident)?) => {
        #[allow(missing_docs, dead_code, reason = "only compared")]
        mod $module {
            hookspec::views! {
                pub view Oven of OvenSource { $($oven)* }
                pub view Cake of CakeSource { $($cake)* }
                pub view Recipe of RecipeSource { $($recipe)* }
                pub view Kitchen of KitchenSource { fn ovens(&self) -> Vec<Oven>; }
            }
            hookspec::hookspecs! {
                pub hook OvenReady = "oven_ready" fn($Args) -> $Output $(, $option)?;
            }
        }
    };
}

changed!(renamed_method:
    Oven { fn heat(&self) -> u32; fn cake(&self) -> Cake; }
    Cake { fn name(&self) -> &str; }
    Recipe {
        fn title(&self) -> &str;
        fn minutes(&self, cake: Cake) -> Result<u32, hookspec::Error>;
        fn ingredients(&self) -> Vec<(&str, Option<u32>)>;
    }
    fn(Oven) -> Recipe
);

changed!(other_type_in_nested_view:
    Oven { fn temperature(&self) -> u32; fn cake(&self) -> Cake; }
    Cake { fn name(&self) -> Option<&str>; }
    Recipe {
        fn title(&self) -> &str;
        fn minutes(&self, cake: Cake) -> Result<u32, hookspec::Error>;
        fn ingredients(&self) -> Vec<(&str, Option<u32>)>;
    }
    fn(Oven) -> Recipe
);

changed!(other_argument_of_method:
    Oven { fn temperature(&self) -> u32; fn cake(&self) -> Cake; }
    Cake { fn name(&self) -> &str; }
    Recipe {
        fn title(&self) -> &str;
        fn minutes(&self, cake: Oven) -> Result<u32, hookspec::Error>;
        fn ingredients(&self) -> Vec<(&str, Option<u32>)>;
    }
    fn(Oven) -> Recipe
);

changed!(more_required:
    Oven { fn temperature(&self) -> u32; fn cake(&self) -> Cake; }
    Cake { fn name(&self) -> &str; }
    Recipe {
        fn title(&self) -> &str;
        fn minutes(&self, cake: Cake) -> Result<u32, hookspec::Error>;
        fn ingredients(&self) -> Vec<(&str, Option<u32>)>;
        fn price(&self) -> u32;
    }
    fn(Oven) -> Recipe
);

changed!(less_given:
    Oven { fn temperature(&self) -> u32; }
    Cake { fn name(&self) -> &str; }
    Recipe {
        fn title(&self) -> &str;
        fn minutes(&self, cake: Cake) -> Result<u32, hookspec::Error>;
        fn ingredients(&self) -> Vec<(&str, Option<u32>)>;
    }
    fn(Oven) -> Recipe
);

changed!(other_output:
    Oven { fn temperature(&self) -> u32; fn cake(&self) -> Cake; }
    Cake { fn name(&self) -> &str; }
    Recipe { fn title(&self) -> &str; }
    fn(Oven) -> Vec<Recipe>
);

changed!(first_result:
    Oven { fn temperature(&self) -> u32; fn cake(&self) -> Cake; }
    Cake { fn name(&self) -> &str; }
    Recipe {
        fn title(&self) -> &str;
        fn minutes(&self, cake: Cake) -> Result<u32, hookspec::Error>;
        fn ingredients(&self) -> Vec<(&str, Option<u32>)>;
    }
    fn(Oven) -> Recipe, first_result
);

changed!(other_argument:
    Oven { fn temperature(&self) -> u32; fn cake(&self) -> Cake; }
    Cake { fn name(&self) -> &str; }
    Recipe { fn title(&self) -> &str; }
    fn(Kitchen) -> Recipe
);

/// What a host with this hook says of the plugin.
fn line<H: HookSpec>(hook: H) -> String {
    let manager = manager();
    let caller = manager.declare(hook).unwrap();
    let error = refusal(&manager, &library("older_baker"));
    drop(caller);
    assert!(matches!(error.problem, LoadProblem::Register(_)), "{error}");
    error.to_string()
}

#[test]
fn every_kind_of_difference_is_told_in_one_line() {
    let lines = [
        (line(renamed_method::OvenReady), "method 0 of `Oven` is `heat` in the host but `temperature` in the plugin"),
        (
            line(other_type_in_nested_view::OvenReady),
            "`Cake::name` is `() -> option<str>` in the host but `() -> str` in the plugin",
        ),
        (
            line(other_argument_of_method::OvenReady),
            "`Recipe::minutes` is `(Oven) -> result<u32>` in the host but `(Cake) -> result<u32>` in the plugin",
        ),
        (line(more_required::OvenReady), "the host needs `Recipe::price`, which the plugin lacks"),
        (line(less_given::OvenReady), "the plugin needs `Oven::cake`, which the host lacks"),
        (line(other_output::OvenReady), "its output is `list<Recipe>` in the host but `Recipe` in the plugin"),
        (
            line(first_result::OvenReady),
            "it is a first-result hook in the host but a hook that collects every result in the plugin",
        ),
        (line(other_argument::OvenReady), "its argument is `Kitchen` in the host but `Oven` in the plugin"),
    ];
    for (line, difference) in lines {
        let advice = format!("; it is for fixture-interfaces {0}, this program has tests {0}", hookspec::VERSION);
        assert!(line.ends_with(&format!("{difference}{advice}")), "{line}");
        assert!(line.contains("plugin `older-baker`") && line.contains("hook `oven_ready`"), "{line}");
    }
}

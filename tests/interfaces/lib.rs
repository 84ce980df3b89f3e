//! One bakery's interface at three ages, and one with every type that crosses ([`values`]). View
//! and hook names are those of the age before, so that a plugin and a host of different ages meet;
//! each age only adds.

pub mod couriers;
pub mod host;
pub mod newer;
pub mod older;
pub mod today;
pub mod values;

hookspec::interface!();

/// Writes the manifest of a plugin that is made by hand, as `export_plugin!` would.
#[macro_export]
macro_rules! manifest {
    ($name:literal) => {
        const TEXT: hookspec::manifest::Text =
            hookspec::manifest::Text::of(&hookspec::manifest::Facts::named($name, "1.0.0"));
        hookspec::__in_manifest_section! {
            // Exported, so that no linker leaves it out.
            #[unsafe(no_mangle)]
            static MANIFEST: [u8; TEXT.size()] = TEXT.bytes();
        }
    };
}

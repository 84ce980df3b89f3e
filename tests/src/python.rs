//! Python, the real Kedro in it, and the package kedro-telemetry as the wheel has it.

mod environment;
mod package;

pub use self::{
    environment::{Environment, EnvironmentError},
    package::install_package,
};

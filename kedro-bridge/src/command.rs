//! Running a command of a plugin.

use hookspec::{Error, command::CommandCallSource};
use pyo3::prelude::*;

use crate::asked::{Asked, Interrupts};

/// How a command was called from Python, and the functions that print for it.
pub struct Call {
    /// Behind the command's name.
    pub args: Vec<String>,
    /// Whether the output may have colours.
    pub colors: bool,
    print: Asked,
    print_error: Asked,
}

impl Call {
    /// Printed by these functions, of which the first gives whether anybody still reads.
    pub fn new(
        args: Vec<String>,
        colors: bool,
        print: Py<PyAny>,
        print_error: Py<PyAny>,
        interrupts: &Interrupts,
    ) -> Self {
        let [print, print_error] = [print, print_error].map(|function| Asked::new(function, interrupts));
        Self { args, colors, print, print_error }
    }
}

impl CommandCallSource for Call {
    fn args(&self) -> Vec<&str> {
        self.args.iter().map(String::as_str).collect()
    }

    fn print(&self, text: &str) -> Result<(), Error> {
        match self.print.ask::<bool>((text,)) {
            Some(true) => Ok(()),
            _ => Err(Error::new("nobody reads the output any more")),
        }
    }

    fn print_error(&self, text: &str) {
        let _ = self.print_error.ask::<bool>((text,));
    }

    fn colors(&self) -> bool {
        self.colors
    }
}

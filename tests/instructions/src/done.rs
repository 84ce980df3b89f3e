//! How an operation ends.

use std::error::Error;

/// It has been done so many times, or is at fault.
pub type Done = Result<(), Box<dyn Error>>;

//! The fixtures are this package's examples, each a shared library of its own.

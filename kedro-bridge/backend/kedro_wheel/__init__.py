"""Builds wheel and sdist of kedro-telemetry: a PEP 517 backend around maturin.

maturin builds and packs one crate, the native module. The program and the plugin are crates of
their own: they are built before and put into the package, with the licences of everything that is
linked in and a list of it (SBOM) for each. The sdist has the crates that all three are made of.
"""

import maturin

from kedro_wheel import crates, licences, parts, sbom, sources
from kedro_wheel.settings import Settings

get_requires_for_build_wheel = maturin.get_requires_for_build_wheel
get_requires_for_build_sdist = maturin.get_requires_for_build_sdist


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    settings = Settings.of(config_settings)
    licences.write(crates.of_parts(settings))
    return maturin.prepare_metadata_for_build_wheel(metadata_directory, settings.for_maturin())


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    settings = Settings.of(config_settings)
    linked = crates.of_parts(settings)
    licences.write(linked)
    included = sbom.write(linked, settings.scratch())
    with settings.environment(), parts.built_along():
        return maturin.build_wheel(
            wheel_directory, settings.for_maturin(included), metadata_directory
        )


def build_sdist(sdist_directory, config_settings=None):
    settings = Settings.of(config_settings)
    licences.write(crates.of_parts(settings))
    return sources.write(sdist_directory, settings)

# backend/packages/orb-common/setup.py
from setuptools import setup, find_packages
import os

# Read version from a VERSION file or environment variable
version = os.environ.get('PACKAGE_VERSION', '0.1.0')

setup(
    name='orb-common',
    version=version,
    # ... rest of setup
)

"""The story of the platform, lived by headless Chromium: `./saudagar test -m browser`. Helpers: platform.py, person.py."""

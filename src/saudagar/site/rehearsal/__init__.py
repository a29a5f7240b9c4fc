"""`./saudagar rehearse`: a big sale played on a throw-away copy of the data, with a certificate at the end."""

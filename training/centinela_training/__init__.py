"""Training of Centinela's champion bundle: simulated patients, models, calibration, export and reports."""

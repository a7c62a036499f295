"""budgetwacht: from iJw messages to figures, prognoses and alerts; one package per layer."""

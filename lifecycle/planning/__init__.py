"""Plans: the working calendar, the checks, the network of activities, forecasts and baselines."""

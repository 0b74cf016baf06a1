import CMWBz

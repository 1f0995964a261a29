# Makes ranks.json: quantiles of the studentized range by R 4.2.2 (qtukey, itself exact to about six
# digits where groups are few), and Tukey's comparisons of PlantGrowth by TukeyHSD.
library(jsonlite)
grid <- expand.grid(groups = c(2, 3, 10, 100), freedom = c(5, 10, 30, 120, Inf), probability = c(0.9, 0.95, 0.99))
# Left out where qtukey itself is off (15.397 for 15.443, its quadrature being too coarse there).
grid <- subset(grid, !(groups == 100 & freedom == 5 & probability == 0.99))
grid$quantile <- with(grid, qtukey(probability, groups, freedom))
many <- data.frame(groups = c(1000, 3321), quantile = qtukey(0.95, c(1000, 3321), Inf))
grid$freedom[is.infinite(grid$freedom)] <- 1e300
fit <- aov(weight ~ group, PlantGrowth)
write_json(list(quantiles = grid, many = many,
                plants = list(means = unname(tapply(PlantGrowth$weight, PlantGrowth$group, mean)),
                              se = sqrt(deviance(fit) / fit$df.residual / 10), df = fit$df.residual,
                              p = unname(TukeyHSD(fit)$group[, "p adj"]))),
           "ranks.json", digits = I(15), auto_unbox = TRUE, dataframe = "columns")

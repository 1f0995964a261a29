# Makes waves.json. R 4.2.2, survey 4.1-1: tests of two proportions, the likeliest pair of
# proportions at a given difference, and two waves in the same clusters.
library(survey)
library(jsonlite)
counts <- list(c(8, 20, 15, 20), c(80, 200, 120, 200), c(3, 30, 11, 45), c(59, 60, 290, 400))
squared <- sapply(counts, function(k) unname(suppressWarnings(prop.test(k[c(1, 3)], k[c(2, 4)], correct = FALSE))$statistic))
restricted <- do.call(rbind, lapply(counts, function(k) do.call(rbind, lapply(c(-0.2, -0.05, 0, 0.05, 0.2), function(gap) {
  loss <- function(p) -sum(dbinom(k[c(1, 3)], k[c(2, 4)], c(p, p + gap), log = TRUE))
  slope <- function(p) k[1] / p - (k[2] - k[1]) / (1 - p) + k[3] / (p + gap) - (k[4] - k[3]) / (1 - p - gap)
  ends <- c(max(0, -gap), min(1, 1 - gap)) + c(1e-9, -1e-9)
  p <- uniroot(slope, ends, tol = 1e-15, maxiter = 10000)$root
  stopifnot(loss(p) <= loss(p + 1e-4) && loss(p) <= loss(p - 1e-4))
  data.frame(x1 = k[1], n1 = k[2], x2 = k[3], n2 = k[4], gap = gap, p1 = p)
}))))
data(api)
stacked <- rbind(data.frame(wave = 1, y = apiclus1$api99, apiclus1[c("dnum", "pw")]),
                 data.frame(wave = 2, y = apiclus1$api00, apiclus1[c("dnum", "pw")]))
waves <- svyby(~y, ~wave, svydesign(id = ~dnum, weights = ~pw, data = stacked), svymean, covmat = TRUE)
between <- svycontrast(waves, c(-1, 1))
write_json(list(counts = do.call(rbind, counts), squared = squared, restricted = restricted,
                clusters = list(values = unname(coef(waves)), covariance = unname(vcov(waves)),
                                change = unname(coef(between)), se = unname(SE(between)))),
           "waves.json", digits = I(15), auto_unbox = TRUE, dataframe = "columns")

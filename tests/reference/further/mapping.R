# Numbers for tests/analysis/mapping. Run in this folder: Rscript mapping.R > mapping.json
suppressPackageStartupMessages({library(survey); library(MASS); library(jsonlite)})
set.seed(2020)

# 48 references in 12 units, a line with the unit's own shift.
unit <- rep(1:12, each = 4)
score <- round(runif(48, 20, 80), 1)
reference <- round(pmin(pmax(8 + .8 * score + rnorm(12, 0, 6)[unit] + rnorm(48, 0, 7), 0), 100), 1)
weight <- round(runif(48, .5, 3), 2)
line <- function(w) {
  fit <- svyglm(reference ~ score, svydesign(~unit, weights = ~w, data = data.frame(unit, score, reference, w)))
  list(intercept = unname(coef(fit)[1]), slope = unname(coef(fit)[2]), se = unname(SE(fit)[2]))
}

# Leave one unit out by lm, against the scores as they are; the difference of roots by svycontrast.
held_out <- sapply(1:48, function(i) {
  keep <- unit != unit[i]
  predict(lm(reference ~ score, subset = keep), data.frame(score = score[i]))
})
squares <- data.frame(unit, mapped = (held_out - reference)^2, plain = (score - reference)^2)
roots <- svycontrast(svymean(~mapped + plain, svydesign(~unit, weights = rep(1, 48), data = squares)),
                     quote(sqrt(plain) - sqrt(mapped)))

# Weighted isotonic regression of decreasing stretches, by the definition (max-min of weighted means).
iso_x <- sort(sample(0:100, 30)); iso_w <- round(runif(30, .2, 4), 2)
iso_y <- round(iso_x * .7 + rnorm(30, 0, 18), 1)
average <- function(a, b) sum(iso_w[a:b] * iso_y[a:b]) / sum(iso_w[a:b])
iso <- sapply(1:30, function(i) max(sapply(1:i, function(a) min(sapply(i:30, function(b) average(a, b))))))

# Colours: polr, taken to the maximum, and the profile of each cut by minimising over the rest.
x <- round(runif(220, 5, 95), 1)
colour <- findInterval(.09 * x + rlogis(220), .09 * c(38, 64))
loglik <- function(s, cuts, x, y, w = rep(1, length(x))) {
  p <- cbind(plogis(s * (cuts[1] - x)), plogis(s * (cuts[2] - x)), 1)
  p <- cbind(p[, 1], p[, 2] - p[, 1], 1 - p[, 2])
  value <- suppressWarnings(sum(w * log(p[cbind(seq_along(y), y + 1)])))
  if (is.finite(value)) value else -1e10
}
profiles <- function(x, y, level = .95) {
  best <- optim(c(.1, 40, log(25)), function(p) -loglik(p[1], c(p[2], p[2] + exp(p[3])), x, y), method = "BFGS",
                control = list(reltol = 1e-15, maxit = 5000, parscale = c(.01, 10, 1)))
  top <- -best$value; cuts <- c(best$par[2], best$par[2] + exp(best$par[3]))
  one <- function(k) {
    excess <- function(cut) {
      f <- function(p) { w <- exp(p[2]); -loglik(p[1], if (k == 1) c(cut, cut + w) else c(cut - w, cut), x, y) }
      o <- optim(c(best$par[1], best$par[3]), f, method = "BFGS",
                 control = list(reltol = 1e-15, maxit = 5000, parscale = c(.01, 1)))
      2 * (top + o$value) - qchisq(level, 1)
    }
    c(uniroot(excess, c(cuts[k] - 30, cuts[k]), tol = 1e-9)$root, uniroot(excess, c(cuts[k], cuts[k] + 30), tol = 1e-9)$root)
  }
  polr_fit <- polr(factor(y) ~ x)
  list(slope = best$par[1], cuts = cuts, log_likelihood = top, intervals = rbind(one(1), one(2)),
       polr_slope = unname(coef(polr_fit)), polr_cuts = unname(polr_fit$zeta / coef(polr_fit)))
}

# Experts' budgets with ties: Kendall's W from Friedman's test.
budgets <- rbind(c(30, 20, 20, 20, 10), c(40, 20, 15, 15, 10), c(20, 30, 20, 20, 10), c(25, 25, 20, 20, 10))
w <- unname(friedman.test(budgets)$statistic) / (4 * 4)

cat(toJSON(list(r = R.version.string, survey = as.character(packageVersion("survey")),
  mass = as.character(packageVersion("MASS")),
  cells = list(unit = unit, score = score, reference = reference, weight = weight),
  line = list(unweighted = line(rep(1, 48)), weighted = line(weight)),
  left_out = list(predictions = unname(held_out), rmse = sqrt(mean(squares$mapped)), plain = sqrt(mean(squares$plain)),
                  improvement = as.numeric(coef(roots)), se = as.numeric(SE(roots))),
  isotonic = list(x = iso_x, y = iso_y, w = iso_w, fitted = iso),
  colours = list(x = x, colour = colour, expected = profiles(x, colour)),
  budgets = list(points = budgets, w = w)), auto_unbox = TRUE, digits = NA))

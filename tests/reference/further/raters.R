# Numbers for tests/analysis/raters: psych's kappas and intraclass correlations, lme4's crossed model,
# survey's linearised error of Fleiss' kappa. Run in this folder: Rscript raters.R > raters.json
suppressPackageStartupMessages({library(psych); library(lme4); library(survey); library(jsonlite)})
set.seed(18091)

# Two raters, three colours in order, and one category that only the first uses.
n <- 60
truth <- sample(1:3, n, TRUE, c(.3, .4, .3))
slip <- function(p) pmin(pmax(truth + sample(-1:1, n, TRUE, c(p, 1 - 2 * p, p)), 1), 3)
first <- slip(.12); second <- slip(.18)
wide <- first; wide[c(3, 17)] <- 4
linear <- function(k) 1 - abs(outer(1:k, 1:k, "-")) / (k - 1)
# psych 2.2.9 takes rowSums(w * rs) for colSums(w * rs) in the variance of the weighted kappa, which can
# make it negative; the error here is the delta method on the multinomial table, by numeric derivatives.
delta_error <- function(table, w) {
  kappa <- function(p) {
    p <- matrix(p / sum(p), nrow(table)); e <- sum(w * (rowSums(p) %o% colSums(p))); (sum(w * p) - e) / (1 - e)
  }
  p <- as.vector(table) / sum(table); g <- numDeriv::grad(kappa, p)
  sqrt(as.numeric(g %*% (diag(p) - p %o% p) %*% g) / sum(table))
}
kappas <- function(a, b, k) {
  table <- as.matrix(table(factor(a, 1:k), factor(b, 1:k)))
  q <- suppressWarnings(cohen.kappa(table)); l <- suppressWarnings(cohen.kappa(table, w = linear(k)))
  list(none = list(value = q$kappa, se = sqrt(q$var.kappa), low = q$confid[1, 1], high = q$confid[1, 3]),
       quadratic = list(value = q$weighted.kappa, se = delta_error(table, q$weight)),
       linear = list(value = l$weighted.kappa, se = delta_error(table, linear(k))))
}
cohen <- list(list(first = first, second = second, k = 3, kappas = kappas(first, second, 3)),
              list(first = wide, second = second, k = 4, kappas = kappas(wide, second, 4)))

# Fleiss: linearised by survey from the per-thing agreements and shares.
counts <- t(sapply(1:40, function(i) {
  p <- c(.5, .3, .2)[sample(3)]; m <- sample(3:5, 1)
  tabulate(sample(3, m, TRUE, p), 3)
}))
raters <- rowSums(counts)
frame <- data.frame(agree = (rowSums(counts^2) - raters) / (raters * (raters - 1)), counts / raters)
means <- svymean(~agree + X1 + X2 + X3, svydesign(~1, weights = rep(1, 40), data = frame))
kappa <- svycontrast(means, quote((agree - (X1^2 + X2^2 + X3^2)) / (1 - (X1^2 + X2^2 + X3^2))))
fleiss <- list(counts = counts, value = as.numeric(coef(kappa)), se = as.numeric(SE(kappa)))

icc <- function(x, alpha = .05) {
  r <- ICC(x, lmer = FALSE, alpha = alpha)$results
  list(ratings = unname(as.matrix(x)), level = 1 - alpha, type = r$type, value = r$ICC, f = r$F, df1 = r$df1,
       df2 = r$df2, p = r$p, low = r$`lower bound`, high = r$`upper bound`)
}
sf <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), ncol = 4, byrow = TRUE)
good <- round(outer(rnorm(25, 50, 15), c(-6, 0, 5), "+") + rnorm(75, 0, 6), 1)
noise <- round(matrix(rnorm(36, 50, 10), 12), 1)

# Raters' severity: sparse crossed design, 60 things, 8 raters, 2 or 3 raters per thing.
things <- rnorm(60, 0, 12); severity <- rnorm(8, 0, 5)
long <- do.call(rbind, lapply(1:60, function(i) data.frame(item = i, rater = sample(8, sample(2:3, 1)))))
long$rating <- round(55 + things[long$item] + severity[long$rater] + rnorm(nrow(long), 0, 7), 2)
crossed <- function(reml) {
  fit <- lmer(rating ~ 1 + (1 | item) + (1 | rater), long, REML = reml,
              control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5)))
  vc <- as.data.frame(VarCorr(fit))
  list(log_likelihood = as.numeric(logLik(fit)), mean = unname(fixef(fit)),
       truth_sd = vc$sdcor[vc$grp == "item"], severity_sd = vc$sdcor[vc$grp == "rater"], error_sd = sigma(fit),
       truths = unname(fixef(fit)) + ranef(fit)$item[, 1], severities = ranef(fit)$rater[, 1])
}
reml <- crossed(TRUE); ml <- crossed(FALSE)

# Errors of predicted truths by Henderson's equations, at lme4's components.
x <- cbind(1, model.matrix(~ 0 + factor(item), long), model.matrix(~ 0 + factor(rater), long))
penalty <- diag(c(0, rep(1 / reml$truth_sd^2, 60), rep(1 / reml$severity_sd^2, 8)))
inverse <- solve(crossprod(x) / reml$error_sd^2 + penalty)
reml$truth_se <- sapply(1:60, function(i) { a <- replace(numeric(69), c(1, 1 + i), 1); sqrt(a %*% inverse %*% a) })
reml$severity_se <- sqrt(diag(inverse)[62:69])

# Unlike errors of raters, known: the likelihood and the best predictions of the dense model, by hand.
sds <- c(3, 5, 7, 9, 4, 6, 8, 12)
z <- cbind(model.matrix(~ 0 + factor(item), long), model.matrix(~ 0 + factor(rater), long))
g <- diag(c(rep(144, 60), rep(25, 8)))
v <- z %*% g %*% t(z) + diag(sds[long$rater]^2)
one <- rep(1, nrow(long)); vi <- solve(v)
mu <- as.numeric((one %*% vi %*% long$rating) / (one %*% vi %*% one)); e <- long$rating - mu
u <- as.numeric(g %*% t(z) %*% vi %*% e)
unlike <- list(error_sd = sds, truth_sd = 12, severity_sd = 5, mean = mu, truths = mu + u[1:60], severities = u[61:68],
  log_likelihood = as.numeric(-.5 * (determinant(v)$modulus + log(one %*% vi %*% one) + e %*% vi %*% e
                                     + (nrow(long) - 1) * log(2 * pi))))

cat(toJSON(list(r = R.version.string, psych = as.character(packageVersion("psych")),
  lme4 = as.character(packageVersion("lme4")), cohen = cohen, fleiss = fleiss,
  icc = list(icc(sf), icc(good, .10), icc(noise)),
  crossed = list(item = long$item, rater = long$rater, rating = long$rating, REML = reml, ML = ml, unlike = unlike)),
  auto_unbox = TRUE, digits = NA, pretty = FALSE))

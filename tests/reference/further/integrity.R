# Expected numbers for tests/analysis/integrity, from base R alone: Rscript integrity.R > integrity.json
library(jsonlite)

seconds <- c(312, 287, 455, 198, 610, 350, 274, 401, 333, 520, 296, 243, 38, 380, 365, 290, 470, 315, 260, 430)
items <- c(20, 20, 24, 16, 28, 20, 18, 22, 20, 26, 20, 16, 20, 22, 20, 18, 24, 20, 16, 22)
logs <- log(seconds / items)
speed <- list(seconds = seconds, items = items,
              scores = (logs - median(logs)) / mad(logs),
              ratios = exp(logs - median(logs)))

# Log-normal by maximum likelihood from classes (seconds per item are only known by class).
breaks <- c(0, 120, 300, 600, Inf)
counts <- c(12, 55, 90, 43)
misfit <- function(p) {
  share <- diff(plnorm(breaks / 20, p[1], exp(p[2])))
  -sum(counts * log(share))
}
fit <- optim(c(log(15), log(0.5)), misfit, method = "BFGS", control = list(reltol = 1e-15))
fit <- optim(fit$par, misfit, method = "Nelder-Mead", control = list(reltol = 1e-16, maxit = 5000))
classes <- list(counts = counts, meanlog = fit$par[1], sdlog = exp(fit$par[2]),
                scores = (log(breaks[2:4] / 20) - fit$par[1]) / exp(fit$par[2]))

answers <- rbind(c(4, 3, 4, 4, 0, 1, 0, 0), c(2, 2, 1, 3, 2, 2, 4, 0))
spreads <- apply(answers, 1, function(x) sqrt(mean((x - mean(x))^2)))

# Burst: 3 hours open, windows of 10 minutes; the others' share of a window.
bursts <- list(even = pbinom(4 - 1, 11, 10 / 180, lower.tail = FALSE),
               others = pbinom(4 - 1, 6, 11 / 30, lower.tail = FALSE))

d <- c(80 - 60, 52 - 55, 71 - 66) / sqrt(c(3, 2, 4)^2 + c(4, 2, 3)^2)
p <- 2 * pnorm(-abs(d))
channels <- list(scores = d, p = p, adjusted = p.adjust(p, "BH"))

k <- c(2, 0, 1, 3, 1, 0, 4, 2, 1, 12, 2, 1)
n <- c(40, 35, 50, 60, 42, 38, 61, 55, 30, 48, 52, 44)
log_mass <- function(k, n, a, b) lchoose(n, k) + lbeta(k + a, n - k + b) - lbeta(a, b)
fit_shares <- function(k, n) {
  misfit <- function(p) {
    mu <- plogis(p[1]); rho <- plogis(p[2]); s <- (1 - rho) / rho
    -sum(log_mass(k, n, mu * s, (1 - mu) * s))
  }
  fit <- optim(c(qlogis(sum(k) / sum(n)), qlogis(0.02)), misfit, method = "BFGS", control = list(reltol = 1e-15))
  c(plogis(fit$par), -fit$value)
}
whole <- fit_shares(k, n)
tail_at <- function(fit, k, n) {
  s <- (1 - fit[2]) / fit[2]
  j <- k:n
  sum(exp(log_mass(j, n, fit[1] * s, (1 - fit[1]) * s)))
}
shares <- list(k = k, n = n, mean = whole[1], rho = whole[2], log_likelihood = whole[3],
               tail_of_7 = tail_at(whole, k[7], n[7]))

no_dont_know <- list(independent = pbinom(0, 30, 0.1), with_three = pbinom(3, 40, 0.15))

cat(toJSON(list(R = R.version.string, speed = speed, classes = classes, spreads = spreads, bursts = bursts,
                channels = channels, shares = shares, no_dont_know = no_dont_know),
           digits = I(15), auto_unbox = TRUE, pretty = TRUE), "\n")

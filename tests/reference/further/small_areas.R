# Makes small_areas.json: Fay-Herriot by full matrices and plain formulas (package sae does not
# install on R 4.2.2). MSE: Datta & Lahiri (2000) for REML and ML, Li & Lahiri (2010) for adjusted.
# milk: expenditure on milk in 43 areas of the USA, 1989 (Arora & Lahiri 1997; You & Chapman 2006,
# Survey Methodology 32), as in the R package sae; its published answers stand in the test.
library(jsonlite)
fay_herriot <- function(y, d, x, method) {
  p_of <- function(s) { vi <- diag(1 / (s + d)); vi - vi %*% x %*% solve(t(x) %*% vi %*% x) %*% t(x) %*% vi }
  slope <- function(s) {
    p <- p_of(s); quadratic <- sum((p %*% y)^2)
    trace <- if (method == "REML") sum(diag(p)) else sum(1 / (s + d))
    (quadratic - trace) / 2 + if (method == "adjusted") 1 / s else 0
  }
  start <- if (method == "adjusted") 1e-9 * mean(d) else 0
  s <- if (slope(start) <= 0) 0 else uniroot(slope, c(start, 100 * var(y)), tol = .Machine$double.eps^0.9, maxiter = 10000)$root
  for (step in 1:3) if (s > 0) { h <- 1e-5 * s; s <- s - slope(s) * 2 * h / (slope(s + h) - slope(s - h)) }
  v <- diag(s + d); vi <- solve(v); q <- solve(t(x) %*% vi %*% x)
  beta <- drop(q %*% t(x) %*% vi %*% y); gamma <- s / (s + d)
  info <- sum((s + d)^-2)
  g1 <- gamma * d; g2 <- (1 - gamma)^2 * diag(x %*% q %*% t(x)); g3 <- d^2 / (s + d)^3 * 2 / info
  bias <- switch(method, REML = 0,
                 ML = sum(diag(p_of(s) - vi)) / info,
                 adjusted = (sum(diag(p_of(s) - vi)) + 2 / s) / info)
  list(sigma2 = s, beta = beta, beta_covariance = q, gamma = gamma,
       eblup = drop(gamma * y + (1 - gamma) * x %*% beta), mse = g1 + g2 + 2 * g3 - (1 - gamma)^2 * bias)
}
yi <- c(1.099, 1.075, 1.105, .628, .753, .981, 1.257, 1.095, 1.405, 1.356, .615, 1.46, 1.338, .854, 1.176, 1.111,
        1.257, 1.43, 1.278, 1.292, 1.002, 1.183, 1.044, 1.267, 1.193, .791, .795, .759, .796, .565, .886, .952, .807,
        .582, .684, .787, .44, .759, .77, .8, .756, .865, .64)
sd <- c(.163, .08, .083, .109, .119, .141, .202, .127, .168, .178, .1, .201, .148, .143, .149, .145, .135, .172, .137,
        .163, .125, .247, .14, .171, .106, .121, .121, .259, .106, .089, .225, .205, .119, .067, .106, .126, .092,
        .132, .1, .113, .083, .121, .129)
major <- factor(rep(1:4, c(7, 7, 11, 18)))
county <- read.csv("../fh.county3.csv")
small <- county[county$n >= 3, ]
data <- list(
  milk = list(y = yi, d = sd^2, x = unname(model.matrix(~ major))),
  milk_mean_only = list(y = yi, d = sd^2, x = matrix(1, 43, 1)),
  county_log = list(y = small$m / 10, d = small$D / 100, x = cbind(1, log(small$x))))
cases <- list()
for (name in names(data)) for (method in c("REML", "ML", "adjusted")) {
  one <- data[[name]]
  cases[[paste(name, method, sep = ".")]] <- c(list(method = method, y = one$y, d = one$d, x = one$x),
                                               fay_herriot(one$y, one$d, one$x, method))
}
write_json(cases, "small_areas.json", digits = I(15), auto_unbox = TRUE)

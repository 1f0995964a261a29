# Makes graded_response.json: the marginal likelihood of the graded response model maximised directly
# (no EM), over 241 equally spaced points of the trait from -6 to 6. R 4.2.2, psych 2.2.9, numDeriv.
library(jsonlite)
data(bfi, package = "psych")
# LSAT section 6: 1,000 persons, 5 items (Bock and Lieberman 1970), counts of the patterns 00000, 00001, ... 11111.
counts <- c(3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298)
patterns <- as.matrix(expand.grid(rep(list(0:1), 5)))[, 5:1]
theta <- seq(-6, 6, length.out = 241)
share <- dnorm(theta) / sum(dnorm(theta))
probabilities <- function(a, b) { # (categories, points)
  below <- rbind(0, plogis(outer(a * b, a * theta, "-")), 1)
  pmax(diff(below), 1e-300)
}
unpack <- function(par, sizes) {
  at <- 0
  lapply(sizes, function(m) {
    p <- par[at + seq_len(m)]; at <<- at + m
    list(a = exp(p[1]), b = p[2] + c(0, cumsum(exp(p[-(1:2)]))))
  })
}
fit <- function(x, weights = rep(1, nrow(x))) {
  codes <- apply(x, 2, function(column) as.integer(factor(column)))
  sizes <- apply(codes, 2, max, na.rm = TRUE)
  like <- function(items) {
    each <- matrix(0, nrow(codes), length(theta))
    for (j in seq_along(items)) {
      logs <- log(probabilities(items[[j]]$a, items[[j]]$b))
      part <- logs[codes[, j], , drop = FALSE]; part[is.na(codes[, j]), ] <- 0
      each <- each + part
    }
    sum(weights * log(drop(exp(each) %*% share)))
  }
  loss <- function(par) -like(unpack(par, sizes))
  start <- unlist(lapply(seq_along(sizes), function(j) {
    cut <- qlogis(head(cumsum(prop.table(table(codes[, j]))), -1)); c(0, cut[1], log(diff(cut)))
  }))
  slope <- function(par) numDeriv::grad(loss, par, method = "simple", method.args = list(eps = 1e-6))
  found <- optim(start, loss, slope, method = "BFGS", control = list(reltol = 1e-13, maxit = 500))
  par <- found$par
  for (step in 1:2) { # Newton, from exact enough differences
    g <- numDeriv::grad(loss, par); h <- numDeriv::hessian(loss, par); par <- par - solve(h, g)
  }
  items <- unpack(par, sizes)
  errors <- sqrt(diag(solve(numDeriv::hessian(loss, par)))) # of log a and the steps; first two are log a, b1
  list(discriminations = sapply(items, `[[`, "a"), difficulties = lapply(unname(items), function(i) I(i$b)), log_likelihood = like(items),
       log_a_error = errors[cumsum(c(1, head(sizes, -1)))], b1_error = errors[cumsum(c(2, head(sizes, -1)))],
       largest_slope = max(abs(numDeriv::grad(loss, par))))
}
n <- bfi[1:700, paste0("N", 1:5)]
answered <- rowSums(!is.na(n)) > 0
cases <- list(bfi_N = c(list(items = names(n), n = sum(answered)), fit(n[answered, ])),
              lsat6 = c(list(patterns = unname(patterns), counts = counts), fit(unname(patterns), counts)))
write(toJSON(cases, digits = I(15), auto_unbox = TRUE), "graded_response.json")

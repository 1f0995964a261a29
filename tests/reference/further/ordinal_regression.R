# Makes ordinal_regression.json. R 4.2.2, MASS 7.3-58.2, psych 2.2.9 (bfi), numDeriv, jsonlite.
# polr stops early; its estimate is taken to the maximum by Newton steps on the exact gradient, and
# the covariance is the inverse of that gradient's derivative (polr's own is a rough difference).
library(MASS)
library(jsonlite)
polish <- function(fit, x, y, w) {
  k <- nlevels(y); code <- as.integer(y); p <- ncol(x)
  gradient <- function(par) {
    edge <- c(-Inf, par[seq_len(k - 1)], Inf)
    shift <- if (p) drop(x %*% par[k - 1 + seq_len(p)]) else 0
    high <- edge[code + 1] - shift; low <- edge[code] - shift
    share <- plogis(high) - plogis(low)
    at_high <- w * dlogis(high) / share; at_low <- w * dlogis(low) / share
    thresholds <- sapply(seq_len(k - 1), function(j) sum(at_high[code == j]) - sum(at_low[code == j + 1]))
    c(thresholds, -colSums(x * (at_high - at_low)))
  }
  par <- c(fit$zeta, coef(fit))
  for (step in 1:4) par <- par - solve(numDeriv::jacobian(gradient, par), gradient(par))
  list(thresholds = unname(par[seq_len(k - 1)]), slopes = unname(par[-seq_len(k - 1)]),
       log_likelihood = as.numeric(logLik(fit)),
       covariance = unname(solve(-numDeriv::jacobian(gradient, par))),
       polr = unname(c(fit$zeta, coef(fit))), polr_se = unname(sqrt(diag(vcov(fit)))[c(names(fit$zeta), names(coef(fit)))]))
}
weighted <- polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing, Hess = TRUE,
                 control = list(reltol = 1e-16, maxit = 500))
x <- model.matrix(~ Infl + Type + Cont, housing)[, -1]
cases <- list(housing = c(list(x = unname(x), y = as.integer(housing$Sat), weights = housing$Freq),
                          polish(weighted, x, housing$Sat, housing$Freq)))
# The same with levels of one predictor only, and without predictors.
data(bfi, package = "psych")
rows <- head(which(complete.cases(bfi[, c("N1", "age", "gender", "education")])), 400)
few <- bfi[rows, ]
few$y <- factor(few$N1)
plain <- polr(y ~ age + gender + education, data = few, Hess = TRUE, control = list(reltol = 1e-16, maxit = 500))
x <- as.matrix(few[, c("age", "gender", "education")])
cases$bfi <- c(list(x = unname(x), y = few$N1, weights = rep(1, nrow(few))), polish(plain, x, few$y, rep(1, nrow(few))))
# Two categories: logistic regression, here by glm.
binary <- glm(am ~ wt + hp, family = binomial, data = mtcars, control = list(epsilon = 1e-15, maxit = 50))
cases$mtcars <- list(x = unname(as.matrix(mtcars[, c("wt", "hp")])), y = mtcars$am, weights = rep(1, 32),
                     thresholds = I(-unname(coef(binary)[1])), slopes = unname(coef(binary)[-1]),
                     log_likelihood = as.numeric(logLik(binary)),
                     covariance = unname(diag(c(-1, 1, 1)) %*% vcov(binary) %*% diag(c(-1, 1, 1))))
write(toJSON(cases, digits = I(15), auto_unbox = TRUE), "ordinal_regression.json")

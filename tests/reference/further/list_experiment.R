# Makes list_experiment.json. R 4.2.2, survey 4.1-1: the difference of two lists' average counts, and
# the test of Blair & Imai (2012) on the National Race and Politics Survey of 1991.
library(survey)
library(jsonlite)
race <- data.frame(y = rep(c(0:3, 0:4), c(8, 132, 222, 227, 19, 123, 229, 219, 34)),
                   treat = rep(0:1, c(589, 624)))
alone <- svydesign(ids = ~1, strata = ~treat, weights = ~1, data = transform(race, w = 1))
means <- svyby(~y, ~treat, alone, svymean, covmat = TRUE)
between <- svycontrast(means, c(-1, 1))
shares <- function(d, f) sapply(0:3, f, d = d)
cdf <- function(d, t, k) mean(d$y[d$treat == t] <= k)
with <- shares(race, function(d, k) cdf(d, 0, k) - cdf(d, 1, k))
without <- shares(race, function(d, k) cdf(d, 1, k) - cdf(d, 0, k - 1))
# The first family, its last share set aside: the nearest point without negative parts, and how often a
# normal vector of this covariance lands on each number of zeros (Kudo 1963, three dimensions).
n <- table(race$treat)
part <- function(t) outer(0:2, 0:2, Vectorize(function(j, k) cdf(race, t, min(j, k)) - cdf(race, t, j) * cdf(race, t, k)))
v <- part(0) / (n[["0"]] - 1) + part(1) / (n[["1"]] - 1)
x <- with[1:3]
lambda <- nlminb(pmax(x, 0), function(m) drop(t(x - m) %*% solve(v, x - m)), lower = 0,
                 control = list(rel.tol = 1e-14))$objective
r <- cov2cor(v)
partial <- function(i, j, k) (r[i, j] - r[i, k] * r[j, k]) / sqrt((1 - r[i, k]^2) * (1 - r[j, k]^2))
inside <- (2 * pi - acos(r[1, 2]) - acos(r[1, 3]) - acos(r[2, 3])) / (4 * pi)
one <- (3 * pi - acos(partial(1, 2, 3)) - acos(partial(1, 3, 2)) - acos(partial(2, 3, 1))) / (4 * pi)
zeros <- c(inside, one, 0.5 - inside, 0.5 - one)  # none to three parts moved to zero
tail <- sum(zeros[-1] * pchisq(lambda, 1:3, lower.tail = FALSE))
set.seed(18091)
town <- data.frame(collector = rep(1:12, each = 15), treat = rbinom(180, 1, 0.5), w = round(runif(180, 0.5, 2), 2))
town$y <- rbinom(180, 3, plogis(rnorm(12, 0, 0.4)[town$collector])) + town$treat * rbinom(180, 1, 0.3)
clustered <- svydesign(ids = ~collector, weights = ~w, data = town)
pair <- svyby(~y, ~treat, clustered, svymean, covmat = TRUE)
slope <- svyglm(y ~ treat, clustered)
write_json(list(race = list(difference = unname(coef(between)), se = as.numeric(SE(between)), with = with,
                            without = without, lambda = lambda, zeros = zeros, tail = tail),
                town = town, clustered = list(difference = unname(coef(svycontrast(pair, c(-1, 1)))),
                                              se = as.numeric(SE(svycontrast(pair, c(-1, 1)))),
                                              slope = unname(coef(slope)[2]), slope_se = unname(SE(slope)[2]),
                                              df = degf(clustered))),
           "list_experiment.json", digits = I(15), auto_unbox = TRUE, dataframe = "columns")

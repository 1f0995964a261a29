# Makes items.json from items.csv (700 rows of psych::bfi) and from tables written below.
# R 4.2.2, psych 2.2.9, MASS 7.3-58.2, GPArotation 2022.10-2, mnormt, numDeriv, jsonlite.
library(psych)
library(MASS)
library(jsonlite)
data(bfi, package = "psych")
d <- bfi[1:700, c(paste0("C", 1:5), paste0("N", 1:5), paste0("O", 1:5), "gender", "education")]
write.csv(d, "items.csv", row.names = FALSE, quote = FALSE)
reversed <- c("C4", "C5", "O2", "O5")
turned <- d
turned[reversed] <- 7 - turned[reversed]
scales <- list(C = paste0("C", 1:5), N = paste0("N", 1:5), O = paste0("O", 1:5), N3 = c("N1", "N3", "N5"),
               C_unreversed = paste0("C", 1:5), all = c(paste0("C", 1:5), paste0("N", 1:5), paste0("O", 1:5)))
quiet <- function(expression) { sink(tempfile()); on.exit(sink()); suppressWarnings(suppressMessages(expression)) }

# Cronbach alpha, as psych does it by default (pairwise) and on complete rows.
alphas <- list()
for (name in names(scales)) for (rows in c("pairwise", "complete")) {
  x <- if (name == "C_unreversed") d[scales[[name]]] else turned[scales[[name]]]
  x <- if (rows == "complete") x[complete.cases(x), ] else x
  a <- quiet(alpha(x, check.keys = FALSE))
  alphas[[paste(name, rows)]] <- list(
    items = scales[[name]], reversed = if (name == "C_unreversed") list() else intersect(scales[[name]], reversed),
    missing = rows, raw = a$total$raw_alpha, standardised = a$total$std.alpha, guttman6 = a$total$`G6(smc)`,
    average_r = a$total$average_r, standard_error = a$total$ase,
    means = a$item.stats$mean, sds = a$item.stats$sd, item_rest = a$item.stats$r.drop,
    if_dropped = a$alpha.drop$raw_alpha)
}
# Two items: standardised alpha is Spearman and Brown's coefficient.
two <- quiet(alpha(turned[c("N1", "N2")]))
spearman_brown <- list(items = c("N1", "N2"), value = two$total$std.alpha)

# Omega total: factanal, told to search to the end.
omegas <- list()
for (name in c("C", "N", "O", "N3", "all")) {
  x <- na.omit(turned[scales[[name]]])
  f <- factanal(x, 1, control = list(opt = list(factr = 10, maxit = 10000)))
  l <- unname(f$loadings[, 1]); if (sum(l) < 0) l <- -l
  omegas[[name]] <- list(items = scales[[name]], reversed = intersect(scales[[name]], reversed), loadings = l,
                         uniquenesses = unname(f$uniquenesses), omega = sum(l)^2 / (sum(l)^2 + sum(f$uniquenesses)))
}

# psych::omega with three factors (identified) and with two (not).
hierarchical <- list()
for (case in list(list("all", 3), list("all", 2), list("N", 2))) {
  r <- cor(turned[scales[[case[[1]]]]], use = "complete")
  o <- quiet(omega(r, nfactors = case[[2]], plot = FALSE, flip = TRUE))
  hierarchical[[paste(case[[1]], case[[2]])]] <- list(correlation = unname(r), factors = case[[2]],
    hierarchical = o$omega_h, total = o$omega.tot, general = unname(o$schmid$sl[, 1]))
}

# Polychoric correlations: two steps, the second searched to 1e-10; the errors by taking one answer away
# from each cell (infinitesimal jackknife by differences), thresholds estimated anew.
probabilities <- function(rho, rows, columns) {
  below <- outer(rows, columns, Vectorize(function(h, k)
    if (h == -Inf || k == -Inf) 0 else if (h == Inf) pnorm(k) else if (k == Inf) pnorm(h) else
      mnormt::sadmvn(c(-Inf, -Inf), c(h, k), c(0, 0), matrix(c(1, rho, rho, 1), 2))[1]))
  n <- nrow(below); m <- ncol(below)
  below[-1, -1] - below[-n, -1] - below[-1, -m] + below[-n, -m]
}
two_step <- function(t) {
  rows <- c(-Inf, qnorm(head(cumsum(rowSums(t)) / sum(t), -1)), Inf)
  columns <- c(-Inf, qnorm(head(cumsum(colSums(t)) / sum(t), -1)), Inf)
  f <- function(rho) { p <- probabilities(rho, rows, columns); -sum(ifelse(t > 0, t * log(pmax(p, 1e-300)), 0)) }
  optimize(f, c(-0.9999, 0.9999), tol = 1e-10)$minimum
}
error <- function(t) {
  moved <- 0
  for (i in which(t > 0)) {
    up <- down <- t; up[i] <- up[i] + 0.5; down[i] <- down[i] - 0.5
    moved <- moved + t[i] * (two_step(up) - two_step(down))^2
  }
  sqrt(moved)
}
tables <- list(
  tetrachoric = rbind(c(203, 167), c(186, 718)),
  five_by_seven = rbind(c(9, 12, 10, 8, 3, 1, 0), c(8, 16, 21, 19, 9, 4, 1), c(3, 11, 26, 33, 28, 14, 3),
                        c(1, 4, 15, 27, 37, 25, 9), c(0, 1, 3, 9, 20, 24, 16)),
  empty_cells = rbind(c(30, 6, 0), c(8, 25, 5), c(0, 4, 22)),
  empty_row = rbind(c(12, 9, 3), c(0, 0, 0), c(7, 20, 15), c(2, 8, 24)),
  negative = rbind(c(2, 11, 31), c(9, 24, 8), c(40, 10, 1)),
  strong = rbind(c(95, 5, 0, 0), c(6, 88, 7, 0), c(0, 9, 90, 4), c(0, 0, 3, 93)))
polychorics <- lapply(tables, function(t) {
  full <- t[rowSums(t) > 0, colSums(t) > 0]
  list(table = t, rho = two_step(full), standard_error = error(full),
       psych = quiet(psych:::polytab(full, correct = 0))$rho,
       rows = qnorm(head(cumsum(rowSums(full)) / sum(full), -1)), columns = qnorm(head(cumsum(colSums(full)) / sum(full), -1)))
})
matrices <- list()
for (name in c("C", "N")) {
  x <- na.omit(turned[scales[[name]]])
  rho <- diag(5)
  for (i in 1:4) for (j in (i + 1):5) rho[i, j] <- rho[j, i] <- two_step(table(x[[i]], x[[j]]))
  matrices[[name]] <- list(items = scales[[name]], reversed = intersect(scales[[name]], reversed), rho = rho,
                           psych = unname(quiet(polychoric(x, correct = 0))$rho))
}

# DIF: polr of item on rest score, + group, + product; complete rows.
functioning <- list()
for (case in list(list("N", "gender"), list("C", "gender"), list("O", "education"))) {
  names <- scales[[case[[1]]]]
  x <- na.omit(turned[c(names, case[[2]])])
  x$g <- factor(x[[case[[2]]]])
  likelihood <- function(formula, data) as.numeric(logLik(polr(formula, data = data, control = list(reltol = 1e-15, maxit = 1000))))
  found <- sapply(names, function(item) {
    data <- data.frame(y = factor(x[[item]]), r = rowMeans(x[setdiff(names, item)]), g = x$g)
    data$r <- data$r - mean(data$r)
    l <- c(likelihood(y ~ 1, data), likelihood(y ~ r, data), likelihood(y ~ r + g, data), likelihood(y ~ r * g, data))
    n <- nrow(data); r2 <- (1 - exp(2 * (l[1] - l) / n)) / (1 - exp(2 * l[1] / n))
    c(2 * (l[4] - l[2]), r2[4] - r2[2], r2[3] - r2[2])
  })
  df <- 2 * (nlevels(x$g) - 1); p <- pchisq(found[1, ], df, lower.tail = FALSE)
  functioning[[paste(case[[1]], case[[2]])]] <- list(items = names, reversed = intersect(names, reversed), group = case[[2]],
    n = nrow(x), chi_squared = unname(found[1, ]), df = df, p = unname(p), adjusted = unname(p.adjust(p, "BH")),
    r2_change = unname(found[2, ]), uniform = unname(found[3, ]))
}
write(toJSON(list(alpha = alphas, spearman_brown = spearman_brown, omega = omegas, hierarchical = hierarchical,
                  tables = polychorics, polychoric = matrices, functioning = functioning),
             digits = I(15), auto_unbox = TRUE, null = "null"), "items.json")

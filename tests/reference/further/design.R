# Numbers of R's survey package for the design-based estimators, beyond those of expected.json.
# Run in this folder:  Rscript design.R   (R 4.2.2, survey 4.1-1). Writes design.json and design_*.csv.
# Each case says in `design` what a Sample is made of, in `statistic` what is asked, in `expected` what R answers.
suppressMessages({library(survey); library(jsonlite)})
options(survey.lonely.psu = "fail", digits = 15, warn = 1)

# ---- data -------------------------------------------------------------------------------------
data(api); data(nhanes); data(scd); data(mu284); data(hospital); data(crowd); data(fpc); data(yrbs)
api_columns <- c("stype", "dnum", "snum", "pcttest", "api00", "api99", "sch.wide", "comp.imp", "awards",
                 "meals", "ell", "mobility", "acs.46", "avg.ed", "enroll", "api.stu", "pw")
for (n in c("apisrs", "apistrat", "apiclus1", "apiclus2")) {
  d <- get(n)
  for (f in c("stype", "sch.wide", "comp.imp", "awards")) d[[f]] <- as.character(d[[f]])
  d$one <- 1; d$H <- 1 * (d$stype == "H"); d$M <- 1 * (d$stype == "M"); d$W <- 1 * (d$sch.wide == "Yes"); d$C <- 1 * (d$comp.imp == "Yes")
  d$size <- ifelse(is.na(d$enroll), "small", ifelse(d$enroll > 700, "large", ifelse(d$enroll > 400, "middle", "small")))
  d$big <- ifelse(d$size == "large", "yes", "no")
  d$poor <- ifelse(d$meals > 66, 3, ifelse(d$meals > 33, 2, 1))
  assign(n, d)
}
keep <- function(d, more) d[, c(api_columns, "one", "H", "M", "W", "C", "size", "big", "poor", more)]
tables <- list(
  srs = keep(apisrs, "fpc"), strat = keep(apistrat, "fpc"), clus1 = keep(apiclus1, "fpc"),
  clus2 = keep(transform(apiclus2, fpc2 = as.numeric(fpc2)), c("fpc1", "fpc2")),
  mu284 = mu284, hospital = as.data.frame(hospital), crowd = crowd, fpc = as.data.frame(fpc)
)
tables$fpc$fraction <- with(tables$fpc, nh / Nh)
tables$mu284$w <- with(mu284, n1 / 5 * n2 / 3)
tables$strat$tiny <- ifelse(seq_len(200) %in% c(3, 60), 1, 0)              # a rare trait
tables$strat$nobody_M <- ifelse(tables$strat$stype == "M", NA, tables$strat$api00)
tables$strat$some_stype <- ifelse(tables$strat$snum %% 7 == 0, NA, tables$strat$stype)
tables$strat$zero_w <- ifelse(seq_len(200) %% 9 == 0, 0, tables$strat$pw)
# Half-samples: the strata of nhanes have two or three units each; 15 strata, one row in eleven.
n <- nhanes[order(nhanes$SDMVSTRA, nhanes$SDMVPSU, nhanes$WTMEC2YR), ]
n <- n[seq(1, nrow(n), by = 5), ]
n <- n[n$SDMVPSU <= 2, ]
n$agecat <- as.character(n$agecat); n$race <- as.character(n$race)
tables$nh <- n
# A made town: unequal weights, labels used again in every stratum, strata at both stages, ratings with gaps.
set.seed(20)
town <- do.call(rbind, lapply(1:4, function(h) do.call(rbind, lapply(1:(2 + h), function(c) {
  m <- 6 + (h * c) %% 5
  data.frame(h = paste0("s", h), c = c, half = rep(c("x", "y"), length.out = m), k = 1:m, N1 = 9 + 4 * h,
             N2 = rep(c(8, 11), length.out = m) + c)
}))))
town$w <- round(runif(nrow(town), 2, 30), 3)
effect <- rnorm(40)[as.integer(factor(paste(town$h, town$c)))]
town$r <- pmin(5, pmax(1, round(3 + effect + rnorm(nrow(town), 0, 1))))
town$r[sample(nrow(town), 15)] <- NA
town$y <- round(50 + 8 * effect + rnorm(nrow(town), 0, 12), 2)
town$x <- round(100 + 5 * effect + rnorm(nrow(town), 0, 20), 2)
town$a <- sample(c("p", "q", "r", "s"), nrow(town), TRUE, c(.4, .3, .2, .1))
town$b <- sample(c("u", "v", "w"), nrow(town), TRUE)
town$d <- sample(c("in", "out"), nrow(town), TRUE, c(.7, .3))
town$a_gaps <- ifelse(runif(nrow(town)) < .1, NA, town$a)
town$b_hole <- ifelse(town$a == "p" & town$b == "w", "v", town$b)         # an empty cell p x w
town$yes <- 1 * (town$r >= 4)
town$rare <- 1 * (seq_len(nrow(town)) %in% c(5, 70))
town$often <- 1 - town$rare
tables$town <- town
lone <- subset(town, !(h == "s1" & c > 1))
tables$lone <- lone                                                        # one unit in stratum s1
lone2 <- subset(town, !(h == "s2" & c == 1 & half == "x" & k > 1))
tables$lone2 <- lone2                                                      # one unit in a stratum of stage two
both_lone <- subset(town, !(h %in% c("s1", "s3") & c > 1))
tables$lones <- both_lone
# Two units in each of eleven strata, for half-samples.
pairs <- expand.grid(k = 1:5, c = 1:2, h = 1:11)
pairs$w <- round(runif(nrow(pairs), 1, 9), 3)
pairs$y <- round(rnorm(nrow(pairs), 20 + pairs$h, 4), 2)
pairs$x <- round(rnorm(nrow(pairs), 60, 7), 2)
pairs$r <- sample(c(1:5, NA), nrow(pairs), TRUE)
pairs$b <- sample(c("u", "v", "w"), nrow(pairs), TRUE)
pairs$a <- sample(c("p", "q"), nrow(pairs), TRUE)
pairs$yes <- 1 * (pairs$r >= 4)
tables$pairs <- pairs

# ---- designs ----------------------------------------------------------------------------------
sample_ <- function(data, weights, strata = NULL, clusters = NULL, sizes = NULL, singleton = "fail",
                    fractions = FALSE)
  list(data = data, weights = weights, strata = strata, clusters = clusters, population_sizes = sizes,
       singleton = singleton)
replicated <- function(design, type, mse = FALSE, ...) { design$rep <- list(type = type, mse = mse, ...); design }
weighted <- function(design, ...) { design$weighting <- list(...); design }
inside <- function(design, column, level) { design$domain <- list(column = column, level = level); design }

formula_of <- function(columns) if (is.null(columns)) NULL else reformulate(columns)
build <- function(s) {
  options(survey.lonely.psu = s$singleton)
  d <- tables[[s$data]]
  D <- svydesign(ids = if (is.null(s$clusters)) ~1 else formula_of(s$clusters), strata = formula_of(s$strata),
                 weights = formula_of(s$weights), fpc = formula_of(s$population_sizes),
                 nest = !is.null(s$clusters) && !is.null(s$strata), data = d)
  if (!is.null(s$weighting)) D <- reweight(D, s$weighting)
  if (!is.null(s$rep)) D <- replicate_(D, s)
  if (!is.null(s$domain)) D <- D[which(D$variables[[s$domain$column]] == s$domain$level), ]
  D
}
margin_frame <- function(name, totals) setNames(data.frame(names(totals), unlist(totals)), c(name, "Freq"))
reweight <- function(D, w) switch(w$kind,
  rake = rake(D, lapply(names(w$margins), reformulate),
              lapply(names(w$margins), function(m) margin_frame(m, w$margins[[m]])),
              control = list(maxit = 500, epsilon = 1e-13)),
  poststratify = postStratify(D, reformulate(w$column), margin_frame(w$column, w$totals)),
  calibrate = calibrate(D, reformulate(c("0", w$columns)), setNames(unlist(w$totals), w$columns),
                        calfun = w$distance, epsilon = 1e-12, maxit = 500,
                        bounds = if (is.null(w$bounds)) c(-Inf, Inf) else unlist(w$bounds)),
  trim = trimWeights(D, lower = w$lower, upper = w$upper, strict = TRUE))
weights_of_replicates <- list()
replicate_ <- function(D, s) {
  r <- s$rep
  set.seed(1000 + nchar(r$type))
  suppressWarnings(switch(r$type,
    JK1 = as.svrepdesign(D, type = "JK1", mse = r$mse), JKn = as.svrepdesign(D, type = "JKn", mse = r$mse),
    BRR = as.svrepdesign(D, type = "BRR", mse = r$mse),
    Fay = as.svrepdesign(D, type = "Fay", fay.rho = r$rho, mse = r$mse),
    subbootstrap = as.svrepdesign(D, type = "subbootstrap", replicates = r$replicates, mse = r$mse),
    bootstrap = as.svrepdesign(D, type = "bootstrap", replicates = r$replicates, mse = r$mse),
    own = { m <- sapply(1:r$replicates, function(i) weights(D) * (1 + .4 * sin(i * seq_len(nrow(D)))))
            svrepdesign(weights = weights(D), repweights = m, type = "other", combined.weights = TRUE,
                        scale = r$scale, rscales = seq(.5, 1.5, length.out = r$replicates),
                        data = D$variables, mse = r$mse) }))
}

# ---- statistics -------------------------------------------------------------------------------
cases <- list()
add <- function(name, design, ..., note = NULL) {
  statistic <- list(...)
  D <- build(design)
  s <- design
  if (!is.null(s$rep)) {
    full <- s; full$domain <- NULL
    R <- build(full)
    key <- paste0("rep_", s$data, "_", s$rep$type, "_", length(s$weighting))
    if (!grepl("^JK", s$rep$type) && !key %in% names(weights_of_replicates)) weights_of_replicates[[key]] <<- unclass(weights(R, "analysis"))
    s$rep <- c(s$rep, list(file = paste0("design_", key, ".csv"), scale_used = R$scale, rscales_used = I(R$rscales)))
  }
  expected <- withCallingHandlers(
    tryCatch(answer(D, statistic), error = function(e) list(raises = conditionMessage(e))),
    warning = function(w) invokeRestart("muffleWarning"))
  if (!is.null(expected$raises) && s$singleton != "fail" || any(grepl("interpolate|levels", expected$raises))) {
    cat("R cannot:", name, expected$raises, "\n"); return(invisible())
  }
  expected$degf <- degf(D)
  if (name %in% names(cases)) stop("twice: ", name)
  cases[[name]] <<- list(design = s, statistic = statistic, expected = expected, note = note)
}
# Degrees of freedom are those of the units with an answer.
answered <- function(D, columns) D[which(complete.cases(D$variables[, columns, drop = FALSE])), ]
plain <- function(e, D, columns, level = .95) {
  D <- answered(D, columns)
  ci <- confint(e, df = degf(D), level = level)
  list(estimate = unname(coef(e)), se = unname(as.vector(SE(e))), low = unname(ci[, 1]), high = unname(ci[, 2]))
}
answer <- function(D, s) {
  y <- if (!is.null(s$y)) reformulate(s$y)
  switch(s$fun,
    mean = plain(svymean(y, D, na.rm = TRUE), D, s$y), total = plain(svytotal(y, D, na.rm = TRUE), D, s$y),
    deff = { f <- if (s$of == "mean") svymean else svytotal
             list(deff = as.vector(deff(f(y, D, na.rm = TRUE, deff = TRUE))),
                  deff_replace = as.vector(deff(f(y, D, na.rm = TRUE, deff = "replace")))) },
    ratio = plain(svyratio(reformulate(s$over), reformulate(s$under), D, na.rm = TRUE), D, c(s$over, s$under)),
    ratio_deff = list(deff = as.vector(deff(svyratio(reformulate(s$over), reformulate(s$under), D, deff = TRUE))),
                      deff_replace = as.vector(deff(svyratio(reformulate(s$over), reformulate(s$under), D,
                                                             deff = "replace")))),
    var = { v <- svyvar(y, D, na.rm = TRUE); list(estimate = as.vector(v)[1], se = as.vector(SE(v))[1]) },
    shares = { m <- svymean(reformulate(paste0("factor(", s$y, ")")), D, na.rm = TRUE)
               list(labels = I(sub(".*\\)", "", names(coef(m)))), estimate = I(unname(coef(m))),
                    se = I(unname(SE(m)))) },
    by = by_(D, s),
    interval = { if (identical(s$missing, "outside")) D <- answered(D, s$y)     # R's subset, not NA in the variable
                 v <- svyciprop(reformulate(s$y), D, method = s$method, level = s$level, df = degf(answered(D, s$y)), na.rm = TRUE)
                 list(estimate = unname(as.vector(v)), low = unname(attr(v, "ci")[1]), high = unname(attr(v, "ci")[2])) },
    quantile = { q <- svyquantile(y, D, s$probability, qrule = s$rule, na.rm = TRUE, ci = TRUE)[[1]]
                 list(estimate = unname(q[1, 1]), low = unname(q[1, 2]), high = unname(q[1, 3]), se = unname(q[1, 4])) },
    t_test = t_(D, s),
    table = { t <- svychisq(reformulate(c(s$rows, s$columns)), D, statistic = s$statistic)
              list(statistic = unname(as.vector(t$statistic)), parameter = I(unname(as.vector(t$parameter))),
                   p_value = unname(as.vector(t$p.value))) },
    weights = list(weights = I(unname(weights(D)))))
}
by_ <- function(D, s) {
  f <- list(mean = svymean, total = svytotal)[[s$of]]
  # svyby cannot put influence functions of a calibrated design, or with gaps, together: then no covariance
  b <- tryCatch(svyby(reformulate(s$y), reformulate(s$by), D, f, na.rm = TRUE, covmat = TRUE), error = function(e) NULL)
  if (is.null(b)) {
    b <- svyby(reformulate(s$y), reformulate(s$by), D, f, na.rm = TRUE)
    return(c(list(labels = I(as.character(b[[s$by]])), estimate = I(unname(coef(b))), se = I(unname(as.vector(SE(b))))),
             by_hand(D, s)))
  }
  along <- rep(0, nrow(b)); along[c(1, nrow(b))] <- c(-1, 1); if (nrow(b) > 2) along[2] <- .5
  v <- vcov(b)
  list(labels = I(as.character(b[[s$by]])), estimate = I(unname(coef(b))), se = I(unname(as.vector(SE(b)))),
       covariance = unname(v), along = along, contrast = sum(along * coef(b)),
       contrast_se = sqrt(drop(t(along) %*% v %*% along)))
}
# The same covariance from the shares of one svymean or svytotal: domain totals of y and of the answers, by the delta rule.
by_hand <- function(D, s) {
  y <- D$variables[[s$y]]; g <- factor(D$variables[[s$by]]); known <- !is.na(y) & !is.na(g)
  indicator <- sapply(levels(g), function(l) 1 * (known & g %in% l)); v <- ifelse(known, y, 0)
  all <- svytotal(cbind(indicator * v, indicator), D); k <- ncol(indicator); m <- coef(all)
  J <- if (s$of == "total") cbind(diag(k), 0 * diag(k)) else cbind(diag(1 / m[k + 1:k], k), diag(-m[1:k] / m[k + 1:k]^2, k))
  V <- J %*% vcov(all) %*% t(J)
  est <- if (s$of == "total") m[1:k] else m[1:k] / m[k + 1:k]
  along <- rep(0, k); along[c(1, k)] <- c(-1, 1); if (k > 2) along[2] <- .5
  list(covariance = unname(V), along = along, contrast = sum(along * est), contrast_se = sqrt(drop(t(along) %*% V %*% along)))
}
t_ <- function(D, s) {
  D$variables$.value <- D$variables[[s$y]] - s$null
  t <- if (is.null(s$groups)) svyttest(.value ~ 0, D, na.rm = TRUE) else
    svyttest(reformulate(s$groups, s$y), D)
  list(statistic = unname(t$statistic), parameter = unname(t$parameter), p_value = unname(t$p.value),
       estimate = unname(t$estimate), low = t$conf.int[1], high = t$conf.int[2])
}

# ---- the cases --------------------------------------------------------------------------------
srs <- sample_("srs", "pw", sizes = "fpc")
strat <- sample_("strat", "pw", "stype", sizes = "fpc")
strat_wr <- sample_("strat", "pw", "stype")
clus1 <- sample_("clus1", "pw", clusters = "dnum", sizes = "fpc")
clus2 <- sample_("clus2", "pw", clusters = c("dnum", "snum"), sizes = c("fpc1", "fpc2"))
clus2_wr <- sample_("clus2", "pw", clusters = c("dnum", "snum"))
mu <- sample_("mu284", "w", clusters = c("id1", "id2"), sizes = c("n1", "n2"))
nh <- sample_("nh", "WTMEC2YR", "SDMVSTRA", "SDMVPSU")
town1 <- sample_("town", "w", "h", "c")
town1_fpc <- sample_("town", "w", "h", "c", "N1")
town2 <- sample_("town", "w", c("h", "half"), c("c", "k"), c("N1", "N2"))
town2_wr <- sample_("town", "w", c("h", "half"), c("c", "k"))
town0 <- sample_("town", "w")
zero <- sample_("strat", "zero_w", "stype")
designs <- list(srs = srs, strat = strat, strat_wr = strat_wr, clus1 = clus1, clus2 = clus2, clus2_wr = clus2_wr)
towns <- list(town0 = town0, town1 = town1, town1_fpc = town1_fpc, town2 = town2, town2_wr = town2_wr)

margins3 <- list(stype = list(E = 4421, H = 755, M = 1018), sch.wide = list(No = 1072, Yes = 5122),
                 size = list(large = 2000, middle = 2294, small = 1900))
margins4 <- c(margins3, list(awards = list(No = 2027, Yes = 4167)))
town_margins <- list(a = list(p = 700, q = 500, r = 300, s = 200), b = list(u = 550, v = 600, w = 550),
                     d = list(`in` = 1100, out = 600))
calibrations <- function(totals, columns) list(
  linear = list("calibrate", "linear", NULL), bounded = list("calibrate", "linear", c(.4, 1.9)),
  raking = list("calibrate", "raking", NULL), raking_bounded = list("calibrate", "raking", c(.45, 1.8)),
  logit = list("calibrate", "logit", c(.3, 2.4)), logit_wide = list("calibrate", "logit", c(.1, 6)))
api_totals <- list(6194, 755, 1018, 3914069, 3811472)
api_cal <- c("one", "H", "M", "api99", "enroll")
calibrated_designs <- list()
for (n in c("srs", "strat", "clus1", "clus2")) {
  for (k in names(calibrations())) {
    z <- calibrations()[[k]]
    totals <- if (n == "clus2") list(6194, 755, 1018, 3914069) else api_totals
    columns <- head(api_cal, length(totals))
    if (n == "clus1" && k != "linear") { totals <- totals[1:4]; columns <- columns[1:4] }
    calibrated_designs[[paste(n, k, sep = ".")]] <-
      weighted(designs[[n]], kind = "calibrate", columns = columns, totals = totals, distance = z[[2]], bounds = z[[3]])
  }
  calibrated_designs[[paste(n, "post", sep = ".")]] <-
    weighted(designs[[n]], kind = "poststratify", column = "stype", totals = margins3$stype)
  calibrated_designs[[paste(n, "rake3", sep = ".")]] <- weighted(designs[[n]], kind = "rake", margins = margins3)
}
calibrated_designs$srs.rake4 <- weighted(srs, kind = "rake", margins = margins4)
calibrated_designs$strat.rake2 <- weighted(strat_wr, kind = "rake", margins = margins4[c(2, 4)])
for (n in names(towns)) calibrated_designs[[paste(n, "rake3", sep = ".")]] <-
  weighted(towns[[n]], kind = "rake", margins = town_margins)
calibrated_designs$town2.post <- weighted(town2, kind = "poststratify", column = "b", totals = town_margins$b)
calibrated_designs$strat.trim <- weighted(strat_wr, kind = "trim", lower = 18, upper = 35)
calibrated_designs$town1.trim <- weighted(town1, kind = "trim", lower = 5, upper = 20)

replicates <- list(
  clus1.JK1 = replicated(clus1, "JK1"), srs.JK1 = replicated(srs, "JK1"), strat.JKn = replicated(strat, "JKn"),
  town1.JKn = replicated(town1, "JKn"), town1_fpc.JKn = replicated(town1_fpc, "JKn", TRUE),
  clus2.JK1 = replicated(clus2, "JK1", TRUE),
  pairs.BRR = replicated(sample_("pairs", "w", "h", "c"), "BRR"),
  pairs.BRR_mse = replicated(sample_("pairs", "w", "h", "c"), "BRR", TRUE),
  pairs.Fay = replicated(sample_("pairs", "w", "h", "c"), "Fay", rho = .3),
  pairs.own = replicated(sample_("pairs", "w", "h", "c"), "own", replicates = 12, scale = .2),
  pairs.own_mse = replicated(sample_("pairs", "w", "h", "c"), "own", TRUE, replicates = 12, scale = .2),
  town1.boot = replicated(town1, "subbootstrap", replicates = 30),
  town1.boot_mse = replicated(town1, "subbootstrap", TRUE, replicates = 30),
  clus1.canty = replicated(clus1, "bootstrap", replicates = 25))

# R has no dispersion, and so no likelihood interval, for replicate weights.
interval_methods <- function(D) c("mean", "logit", "beta", "xlogit", if (is.null(D$rep)) "likelihood")
api_statistics <- function(name, D) {
  for (y in c("api00", "acs.46")) { add(paste0("mean.", name, ".", y), D, fun = "mean", y = y)
    add(paste0("total.", name, ".", y), D, fun = "total", y = y); add(paste0("var.", name, ".", y), D, fun = "var", y = y) }
  add(paste0("deff.", name, ".mean"), D, fun = "deff", y = "api00", of = "mean")
  add(paste0("deff.", name, ".total"), D, fun = "deff", y = "acs.46", of = "total")
  add(paste0("ratio.", name), D, fun = "ratio", over = "api.stu", under = "enroll")
  add(paste0("ratio_na.", name), D, fun = "ratio", over = "acs.46", under = "enroll")
  if (is.null(D$rep) && !grepl("clus2", name)) add(paste0("ratio_deff.", name), D, fun = "ratio_deff", over = "api.stu", under = "enroll")
  add(paste0("shares.", name), D, fun = "shares", y = "size")
  add(paste0("by.", name, ".size"), D, fun = "by", of = "mean", y = "api00", by = "size")
  add(paste0("by.", name, ".poor"), D, fun = "by", of = "total", y = "enroll", by = "poor")
  for (p in c(.25, .5, .8)) for (rule in c("math", "school"))
    add(paste("quantile", name, p, rule, sep = "."), D, fun = "quantile", y = "enroll", probability = p, rule = rule)
  add(paste0("t1.", name), D, fun = "t_test", y = "api00", groups = NULL, null = 640)
  add(paste0("t1_na.", name), D, fun = "t_test", y = "acs.46", groups = NULL, null = 28)
  add(paste0("t2.", name), D, fun = "t_test", y = "api00", groups = "awards", null = 0)
  add(paste0("t2_na.", name), D, fun = "t_test", y = "acs.46", groups = "comp.imp", null = 0)
  for (s in c("F", "Chisq", "Wald", "adjWald")) {
    add(paste("table", name, s, "2x2", sep = "."), D, fun = "table", rows = "sch.wide", columns = "awards", statistic = s)
    add(paste("table", name, s, "3x3", sep = "."), D, fun = "table", rows = "size", columns = "poor", statistic = s)
  }
  for (m in interval_methods(D))
    add(paste("interval", name, m, sep = "."), D, fun = "interval", y = "W", method = m, level = .95)
}
town_statistics <- function(name, D) {
  for (y in c("y", "r")) { add(paste0("mean.", name, ".", y), D, fun = "mean", y = y)
    add(paste0("total.", name, ".", y), D, fun = "total", y = y); add(paste0("var.", name, ".", y), D, fun = "var", y = y) }
  add(paste0("deff.", name, ".mean"), D, fun = "deff", y = "r", of = "mean")
  add(paste0("deff.", name, ".total"), D, fun = "deff", y = "y", of = "total")
  add(paste0("ratio.", name), D, fun = "ratio", over = "y", under = "x")
  add(paste0("ratio_na.", name), D, fun = "ratio", over = "r", under = "x")
  add(paste0("shares.", name), D, fun = "shares", y = "r")
  add(paste0("by.", name, ".b"), D, fun = "by", of = "mean", y = "y", by = "b")
  add(paste0("by_na.", name, ".a"), D, fun = "by", of = "mean", y = "r", by = "a")
  add(paste0("by_total.", name, ".b"), D, fun = "by", of = "total", y = "y", by = "b")
  for (p in c(.05, .5, .75)) for (rule in c("math", "school"))
    add(paste("quantile", name, p, rule, sep = "."), D, fun = "quantile", y = "r", probability = p, rule = rule)
  add(paste0("quantile.", name, ".y"), D, fun = "quantile", y = "y", probability = .4, rule = "math")
  add(paste0("t1.", name), D, fun = "t_test", y = "r", groups = NULL, null = 3)
  add(paste0("t2.", name), D, fun = "t_test", y = "y", groups = "d", null = 0)
  add(paste0("t2_na.", name), D, fun = "t_test", y = "r", groups = "d", null = 0)
  for (s in c("F", "Chisq", "Wald", "adjWald")) {
    add(paste("table", name, s, "4x3", sep = "."), D, fun = "table", rows = "a", columns = "b", statistic = s)
    add(paste("table", name, s, "na", sep = "."), D, fun = "table", rows = "a_gaps", columns = "d", statistic = s)
    add(paste("table", name, s, "hole", sep = "."), D, fun = "table", rows = "a", columns = "b_hole", statistic = s)
  }
  for (m in interval_methods(D)) {
    add(paste("interval", name, m, "rare", sep = "."), D, fun = "interval", y = "rare", method = m, level = .95)
    add(paste("interval", name, m, "often", sep = "."), D, fun = "interval", y = "often", method = m, level = .9)
    add(paste("interval", name, m, "yes", sep = "."), D, fun = "interval", y = "yes", method = m, level = .99)
  }
}
pair_statistics <- function(name, D) {
  for (y in c("y", "r")) { add(paste0("mean.", name, ".", y), D, fun = "mean", y = y)
    add(paste0("total.", name, ".", y), D, fun = "total", y = y); add(paste0("var.", name, ".", y), D, fun = "var", y = y) }
  add(paste0("deff.", name, ".mean"), D, fun = "deff", y = "y", of = "mean")
  add(paste0("ratio.", name), D, fun = "ratio", over = "y", under = "x")
  add(paste0("shares.", name), D, fun = "shares", y = "r")
  add(paste0("by.", name), D, fun = "by", of = "mean", y = "y", by = "b")
  add(paste0("by_total.", name), D, fun = "by", of = "total", y = "y", by = "b")
  for (rule in c("math", "school"))
    add(paste("quantile", name, rule, sep = "."), D, fun = "quantile", y = "r", probability = .5, rule = rule)
  add(paste0("t1.", name), D, fun = "t_test", y = "y", groups = NULL, null = 25)
  add(paste0("t2.", name), D, fun = "t_test", y = "y", groups = "a", null = 0)
  for (s in c("F", "Chisq", "Wald", "adjWald"))
    add(paste("table", name, s, sep = "."), D, fun = "table", rows = "a", columns = "b", statistic = s)
  for (m in c("mean", "logit", "beta", "xlogit"))
    add(paste("interval", name, m, sep = "."), D, fun = "interval", y = "yes", method = m, level = .95)
}
for (n in names(designs)) api_statistics(n, designs[[n]])
for (n in c("town0", "town1", "town1_fpc", "town2")) town_statistics(n, towns[[n]])
for (n in c("clus1.JK1", "strat.JKn")) api_statistics(n, replicates[[n]])
for (n in c("town1.JKn", "town1.boot", "town1.boot_mse", "town1_fpc.JKn")) town_statistics(n, replicates[[n]])
for (n in grep("pairs", names(replicates), value = TRUE)) pair_statistics(n, replicates[[n]])
for (n in c("srs.JK1", "clus2.JK1", "clus1.canty")) {
  add(paste0("mean.", n), replicates[[n]], fun = "mean", y = "api00")
  add(paste0("total.", n), replicates[[n]], fun = "total", y = "enroll")
  add(paste0("ratio.", n), replicates[[n]], fun = "ratio", over = "api.stu", under = "enroll")
  add(paste0("by.", n), replicates[[n]], fun = "by", of = "mean", y = "api00", by = "stype")
}
for (n in names(calibrated_designs)) {
  D <- calibrated_designs[[n]]
  api <- !grepl("^town", n)
  add(paste0("weights.", n), D, fun = "weights")
  if (D$weighting$kind == "trim") next
  add(paste0("mean.", n), D, fun = "mean", y = if (api) "api00" else "y")
  add(paste0("mean_na.", n), D, fun = "mean", y = if (api) "acs.46" else "r")
  add(paste0("total.", n), D, fun = "total", y = if (api) "enroll" else "y")
  add(paste0("ratio.", n), D, fun = "ratio", over = if (api) "api.stu" else "y", under = if (api) "enroll" else "x")
  add(paste0("var.", n), D, fun = "var", y = if (api) "api00" else "y")
  add(paste0("by.", n), D, fun = "by", of = "mean", y = if (api) "api00" else "y", by = if (api) "awards" else "a")
  add(paste0("deff.", n), D, fun = "deff", y = if (api) "api00" else "y", of = "mean")
  add(paste0("quantile.", n), D, fun = "quantile", y = if (api) "enroll" else "y", probability = .5, rule = "math")
  add(paste0("t1.", n), D, fun = "t_test", y = if (api) "api00" else "y", groups = NULL, null = if (api) 650 else 50)
  add(paste0("t2.", n), D, fun = "t_test", y = if (api) "api00" else "y", groups = if (api) "comp.imp" else "d", null = 0)
  for (s in c("F", "Chisq", "Wald", "adjWald"))
    add(paste("table", n, s, sep = "."), D, fun = "table", rows = if (api) "awards" else "a",
        columns = if (api) "poor" else "d", statistic = s)
  for (m in c("mean", "logit", "beta", "likelihood", "xlogit"))
    add(paste("interval", n, m, sep = "."), D, fun = "interval", y = if (api) "C" else "yes", method = m, level = .95)
  inner <- inside(D, if (api) "awards" else "d", if (api) "Yes" else "in")
  add(paste0("domain_mean.", n), inner, fun = "mean", y = if (api) "api00" else "y")
  add(paste0("domain_total.", n), inner, fun = "total", y = if (api) "enroll" else "y")
}
# domains of plain and replicated designs
for (n in c("strat", "clus1", "clus2")) {
  D <- inside(designs[[n]], "awards", "Yes")
  add(paste0("domain_mean.", n), D, fun = "mean", y = "api00"); add(paste0("domain_total.", n), D, fun = "total", y = "enroll")
  add(paste0("domain_var.", n), D, fun = "var", y = "api00")
  add(paste0("domain_by.", n), D, fun = "by", of = "mean", y = "api00", by = "size")
  add(paste0("domain_t2.", n), D, fun = "t_test", y = "api00", groups = "big", null = 0)
  add(paste0("domain_table.", n), D, fun = "table", rows = "size", columns = "poor", statistic = "F")
  for (m in c("logit", "beta", "likelihood")) add(paste("domain_interval", n, m, sep = "."), D, fun = "interval", y = "H", method = m, level = .95)
  add(paste0("domain_quantile.", n), D, fun = "quantile", y = "api00", probability = .5, rule = "school")
}
for (n in c("town1.JKn", "town1.boot")) {
  D <- inside(replicates[[n]], "d", "in")
  add(paste0("domain_mean.", n), D, fun = "mean", y = "y"); add(paste0("domain_quantile.", n), D, fun = "quantile", y = "y", probability = .5, rule = "math")
  add(paste0("domain_t1.", n), D, fun = "t_test", y = "y", groups = NULL, null = 50)
  add(paste0("domain_table.", n), D, fun = "table", rows = "a", columns = "b", statistic = "F")
}
# singletons
for (data in c("lone", "lones")) for (policy in c("remove", "adjust", "average", "certainty", "fail")) {
  D <- sample_(data, "w", "h", "c", singleton = policy)
  f <- sample_(data, "w", "h", "c", "N1", singleton = policy)
  for (k in c("mean", "total")) {
    add(paste("lonely", data, policy, k, sep = "."), D, fun = k, y = "y")
    add(paste("lonely_fpc", data, policy, k, sep = "."), f, fun = k, y = "y")
  }
  if (policy == "fail") next
  add(paste("lonely", data, policy, "by", sep = "."), D, fun = "by", of = "mean", y = "y", by = "d")
  add(paste("lonely", data, policy, "ratio", sep = "."), D, fun = "ratio", over = "y", under = "x")
  add(paste("lonely", data, policy, "t2", sep = "."), D, fun = "t_test", y = "y", groups = "d", null = 0)
  add(paste("lonely", data, policy, "table", sep = "."), D, fun = "table", rows = "a", columns = "d", statistic = "F")
  add(paste("lonely", data, policy, "domain", sep = "."), inside(D, "a", "p"), fun = "mean", y = "y")
  add(paste("lonely", data, policy, "rake", sep = "."), weighted(D, kind = "rake", margins = town_margins), fun = "mean", y = "y")
}
for (policy in c("remove", "adjust", "certainty", "fail")) {
  D <- sample_("lone2", "w", c("h", "half"), c("c", "k"), c("N1", "N2"), singleton = policy)
  add(paste("lonely2", policy, "mean", sep = "."), D, fun = "mean", y = "y")
  add(paste("lonely2", policy, "total", sep = "."), D, fun = "total", y = "y")
  add(paste("lonely2", policy, "domain", sep = "."), inside(D, "d", "in"), fun = "mean", y = "y")
}
# the small textbook data sets
for (y in c("y1")) { add("mu284.mean", mu, fun = "mean", y = y); add("mu284.total", mu, fun = "total", y = y)
  add("mu284.var", mu, fun = "var", y = y); add("mu284.quantile", mu, fun = "quantile", y = y, probability = .5, rule = "math") }
H <- sample_("hospital", "weightats", "oblevel", sizes = "tothosp")
add("hospital.total", H, fun = "total", y = "births"); add("hospital.mean", H, fun = "mean", y = "births")
Hc <- sample_("hospital", "weighta", "oblevel", sizes = "tothosp"); add("hospital.other", Hc, fun = "total", y = "births")
C <- sample_("crowd", "weight", "stratum", "cluster"); add("crowd.ratio", C, fun = "ratio", over = "rooms", under = "person")
add("crowd.total", C, fun = "total", y = "person"); add("crowd.t1", C, fun = "t_test", y = "rooms", groups = NULL, null = 5)
for (k in c("mean", "total", "var")) {
  add(paste0("fpc.srs_like.", k), sample_("fpc", "weight", "stratid", sizes = "Nh"), fun = k, y = "x")
  add(paste0("fpc.clustered.", k), sample_("fpc", "weight", "stratid", "psuid", "Nh"), fun = k, y = "x")
  add(paste0("fpc.fractions.", k), sample_("fpc", "weight", "stratid", "psuid", "fraction"), fun = k, y = "x")
  add(paste0("fpc.replacement.", k), sample_("fpc", "weight", "stratid", "psuid"), fun = k, y = "x")
}
add("nh.mean", nh, fun = "mean", y = "HI_CHOL"); add("nh.var", nh, fun = "var", y = "HI_CHOL")
add("nh.by", nh, fun = "by", of = "mean", y = "HI_CHOL", by = "agecat")
add("nh.t1", nh, fun = "t_test", y = "HI_CHOL", groups = NULL, null = .1)
add("nh.t2", nh, fun = "t_test", y = "HI_CHOL", groups = "RIAGENDR", null = 0)
for (s in c("F", "Chisq", "Wald", "adjWald"))
  add(paste0("nh.table.", s), nh, fun = "table", rows = "race", columns = "agecat", statistic = s)
for (m in c("mean", "logit", "beta", "likelihood", "xlogit"))
  add(paste0("nh.interval.", m), nh, fun = "interval", y = "HI_CHOL", method = m, level = .95)
for (s in c("F", "Wald")) { add(paste0("some_stype.table.", s), strat_wr, fun = "table", rows = "some_stype", columns = "awards", statistic = s)
  add(paste0("zero.table.", s), zero, fun = "table", rows = "stype", columns = "awards", statistic = s) }
for (k in c("mean", "total", "var")) { add(paste0("zero.", k), zero, fun = k, y = "api00")
  add(paste0("nobody_M.", k), strat, fun = k, y = "nobody_M") }
add("zero.deff", zero, fun = "deff", y = "api00", of = "mean")
add("zero.t1", zero, fun = "t_test", y = "api00", groups = NULL, null = 640)
add("nobody_M.t1", strat, fun = "t_test", y = "nobody_M", groups = NULL, null = 640)
add("nobody_M.quantile", strat, fun = "quantile", y = "nobody_M", probability = .5, rule = "math")
for (m in c("mean", "logit", "beta", "likelihood", "xlogit")) {
  add(paste0("tiny.", m), strat, fun = "interval", y = "tiny", method = m, level = .95)
  if (m != "likelihood") add(paste0("zero.interval.", m), zero, fun = "interval", y = "W", method = m, level = .95)
}

# Ends of quantiles, shares whose gaps are "not in the domain", and "average" at the second stage.
ends <- c(designs[c("srs", "strat", "clus1", "clus2")], towns[c("town0", "town1", "town2")], replicates[c("strat.JKn", "town1.boot")])
for (n in names(ends)) for (p in c(.001, .9, .999)) for (rule in c("math", "school"))
  add(paste("quantile_end", n, p, rule, sep = "."), ends[[n]], fun = "quantile", y = if (grepl("^town", n)) "r" else "poor",
      probability = p, rule = rule)
gaps <- c(towns, list(nh = nh), replicates[c("town1.JKn", "pairs.BRR")], calibrated_designs[c("town0.rake3", "town1.rake3", "town2.post")])
for (n in names(gaps)) for (m in interval_methods(gaps[[n]]))
  add(paste("interval_outside", n, m, sep = "."), gaps[[n]], fun = "interval", y = if (n == "nh") "HI_CHOL" else "yes",
      method = m, level = .95, missing = "outside")
D <- sample_("lone2", "w", c("h", "half"), c("c", "k"), c("N1", "N2"), singleton = "average")
for (y in c("y", "x", "r")) { add(paste0("lonely2.average.mean.", y), D, fun = "mean", y = y)
  add(paste0("lonely2.average.total.", y), D, fun = "total", y = y) }
add("lonely2.average.ratio", D, fun = "ratio", over = "y", under = "x")
add("lonely2.average.domain", inside(D, "d", "in"), fun = "mean", y = "y")

for (n in names(tables)) write.csv(tables[[n]], paste0("design_", n, ".csv"), row.names = FALSE, na = "NA")
for (n in names(weights_of_replicates))
  write.table(signif(weights_of_replicates[[n]], 15), paste0("design_", n, ".csv"), sep = ",", row.names = FALSE,
              col.names = FALSE)
write(toJSON(list(meta = list(R = R.version.string, survey = as.character(packageVersion("survey"))), cases = cases),
             auto_unbox = TRUE, digits = NA, null = "null", na = "null", pretty = FALSE), "design.json")
cat(length(cases), "cases\n")

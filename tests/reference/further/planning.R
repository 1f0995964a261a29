# Expected numbers for tests/analysis/planning: Rscript planning.R > planning.json
# R 4.2.2, packages survey 4.1-1, sampling 2.9, jsonlite.
suppressMessages({library(jsonlite); library(sampling); library(survey)})

# Inclusion probabilities, and a systematic draw from a start that we know.
sizes <- c(120, 15, 40, 3, 66, 8, 22, 31, 5, 90, 12, 27, 400, 18, 9)
chances <- inclusionprobabilities(sizes, 6)
set.seed(5)
start <- runif(1)
set.seed(5)
drawn <- which(UPsystematic(chances) == 1)
walked <- chances[chances < 1]
inclusion <- list(sizes = sizes, n = 6, chances = chances, start = start, drawn = drawn)

# Open and reference sample.
set.seed(20)
population <- 4000
age <- sample(1:5, population, TRUE, c(.2, .25, .25, .2, .1))
woman <- rbinom(population, 1, .51)
y <- round(pmin(100, pmax(0, 45 + 6 * age + 5 * woman + rnorm(population, 0, 18))), 3)
reference <- sort(sample(population, 160, prob = ifelse(age > 3, 2, 1)))
open <- sort(which(rbinom(population, 1, plogis(-2 - .45 * age + .5 * woman)) == 1))
weights <- ifelse(age[reference] > 3, 18, 31) + (reference %% 7)

stacked <- data.frame(open = rep(1:0, c(length(open), length(reference))),
                      age = age[c(open, reference)], woman = woman[c(open, reference)])
member <- glm(open ~ age + woman, binomial, stacked, control = glm.control(epsilon = 1e-15, maxit = 100))
level <- glm(weights ~ age[reference] + woman[reference], quasipoisson,
             control = glm.control(epsilon = 1e-15, maxit = 100))
x <- cbind(1, age[open], woman[open])
raw <- exp(drop(x %*% (coef(level) - coef(member))))
pseudo <- raw * sum(weights) / sum(raw)

# Chen, Li & Wu (2020): DR2 and its plug-in variance, reference drawn with replacement.
b <- cbind(1, age[reference], woman[reference])
theta <- c(qlogis(length(open) / sum(weights)), 0, 0)
for (i in 1:100) {
  p <- plogis(drop(b %*% theta))
  theta <- theta + solve(t(b) %*% (b * weights * p * (1 - p)), colSums(x) - colSums(b * weights * p))
}
pa <- plogis(drop(x %*% theta)); pb <- plogis(drop(b %*% theta))
outcome <- lm(y[open] ~ age[open] + woman[open])
ma <- fitted(outcome); mb <- drop(b %*% coef(outcome))
na <- sum(1 / pa); nb <- sum(weights)
h <- sum((y[open] - ma) / pa) / na
mu <- h + sum(weights * mb) / nb
slope <- solve(t(b) %*% (b * weights * pb * (1 - pb)), colSums(x * (1 / pa - 1) * (y[open] - ma - h)))
v1 <- sum((1 - pa) * ((y[open] - ma - h) / pa - drop(x %*% slope))^2) / na^2
design <- svydesign(~1, weights = ~weights, data = data.frame(weights, t = pb * drop(b %*% slope) + mb - sum(weights * mb) / nb))
v2 <- SE(svytotal(~t, design))^2 / nb^2

# Bounds for those who do not know: two means over everybody asked, and Imbens & Manski's interval.
answers <- c(50, 75, 100, NA, 25, 75, NA, 100, 50, 75, 0, NA)
w <- c(1, 2, 1, 3, 1, 1, 2, 2, 1, 1, 2, 1)
asked <- svydesign(~1, weights = ~w, data = data.frame(w, low = ifelse(is.na(answers), 0, answers),
                                                      high = ifelse(is.na(answers), 100, answers)))
low <- svymean(~low, asked); high <- svymean(~high, asked); df <- degf(asked)
width <- (coef(high) - coef(low)) / max(SE(low), SE(high))
reach <- uniroot(function(c) pt(c + width, df) - pt(-c, df) - .95, c(0, 10), tol = 1e-14)$root

cat(toJSON(list(
  R = R.version.string, inclusion = inclusion,
  size = list(n39 = 1.25 * (28 * (qnorm(.95) + qnorm(.8)) / 12.5)^2, n53 = 1.25 * (28 * (qnorm(.98) + qnorm(.8)) / 12.5)^2,
              n54 = 1.25 * (28 * (qnorm(.95) + qnorm(.9)) / 12.5)^2,
              power = pnorm(12.5 / (28 * sqrt(1.25 / 20)) - qnorm(.98)),
              finite_power = pnorm(10 / (28 * sqrt(1.25 * (1 - 30 / 120) / 30)) - qnorm(.95))),
  open = list(open = data.frame(y = y[open], age = age[open], woman = woman[open]),
              reference = data.frame(age = age[reference], woman = woman[reference], weight = weights),
              member = unname(coef(member)), level = unname(coef(level)), pseudo = pseudo,
              theta = theta, outcome = unname(coef(outcome)), mean = mu, error = sqrt(v1 + v2[1])),
  dont_know = list(answers = answers, weights = w, low = unname(coef(low)), high = unname(coef(high)),
                   low_error = SE(low)[1], high_error = SE(high)[1],
                   interval = c(coef(low) - reach * SE(low), coef(high) + reach * SE(high)))),
  digits = I(15), auto_unbox = TRUE, dataframe = "columns", na = "null", pretty = FALSE), "\n")
